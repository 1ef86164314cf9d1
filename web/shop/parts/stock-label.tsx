import { useFormat } from "../../shared/format.ts";
import { useShopTexts } from "../texts/texts.ts";

/** From so few on, their number is said. */
const FEW = 10;

/** How much there is: a number where it is small, in words and in colour. */
export const StockLabel = ({ available }: { readonly available: number }) => {
  const { product } = useShopTexts();
  const { count } = useFormat();
  if (available === 0) return <span className="stock stock-none">{product.soldOut}</span>;
  if (available > FEW) return <span className="stock stock-good">{product.there}</span>;
  return <span className="stock stock-few">{product.left(Number(count(available)))}</span>;
};
