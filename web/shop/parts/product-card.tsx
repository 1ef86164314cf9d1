import { Link } from "wouter";
import type { Schemas } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { useStock } from "../stock/use-stock.ts";
import { ProductPicture } from "./product-picture.tsx";
import { StockLabel } from "./stock-label.tsx";

/** A product in a grid: one link, with what one decides by. */
export const ProductCard = ({ product }: { readonly product: Schemas["Product"] }) => {
  const { money } = useFormat();
  const { available } = useStock(product);
  const { sku, slug, name, images, price } = product;
  return (
    <article className="product-card" data-sold-out={available === 0 || undefined}>
      <ProductPicture name={name} sku={sku} images={images} />
      <h3>
        <Link href={`/p/${slug}`} className="product-link">
          {name}
        </Link>
      </h3>
      <div className="product-facts">
        <span className="price">{money(price)}</span>
        <StockLabel available={available} />
      </div>
    </article>
  );
};
