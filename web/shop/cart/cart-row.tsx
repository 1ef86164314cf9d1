import { ActionIcon, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Schemas } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { CloseIcon } from "../../shared/icons.tsx";
import { ProductPicture } from "../parts/product-picture.tsx";
import { Quantity } from "../parts/quantity.tsx";
import { useStock } from "../stock/use-stock.ts";
import { useShopTexts } from "../texts/texts.ts";
import { withQuantity } from "./cart.ts";
import { changeCart } from "./cart-store.ts";

const Remove = ({ sku, name }: { readonly sku: string; readonly name: string }) => {
  const { cart } = useShopTexts();
  return (
    <ActionIcon
      variant="subtle"
      c="inherit"
      size={44}
      aria-label={cart.remove(name)}
      onClick={() => changeCart((lines) => withQuantity(lines, sku, 0))}
    >
      <CloseIcon />
    </ActionIcon>
  );
};

/** A line whose product is not sold any more: it can only be taken away. */
export const GoneRow = ({ sku }: { readonly sku: string }) => {
  const { cart } = useShopTexts();
  return (
    <li className="cart-row">
      <div className="cart-words">
        <bdi>{sku}</bdi>
        <Text size="sm" c="var(--mantine-color-error)">
          {cart.unknown}
        </Text>
      </div>
      <Remove sku={sku} name={sku} />
    </li>
  );
};

interface CartRowProps {
  readonly product: Schemas["Product"];
  readonly quantity: number;
}

/** A line of the cart, with what there is of its product now. */
export const CartRow = ({ product, quantity }: CartRowProps) => {
  const { cart } = useShopTexts();
  const { money } = useFormat();
  const { available } = useStock(product);
  const { sku, name, slug, price, images } = product;
  const lineTotal = { ...price, amountMinor: price.amountMinor * quantity };
  return (
    <li className="cart-row">
      <ProductPicture name={name} sku={sku} images={images} />
      <div className="cart-words">
        <Link href={`/p/${slug}`} className="plain-link">
          {name}
        </Link>
        <Text size="sm" c="dimmed">
          {cart.each(money(price))}
        </Text>
        <Text size="sm" c="var(--mantine-color-error)" role="status">
          {available >= quantity ? "" : available === 0 ? cart.gone : cart.only(available)}
        </Text>
      </div>
      <Quantity
        name={name}
        value={quantity}
        max={available}
        onChange={(wanted) => changeCart((lines) => withQuantity(lines, sku, wanted))}
      />
      <span className="price cart-price">{money(lineTotal)}</span>
      <Remove sku={sku} name={name} />
    </li>
  );
};
