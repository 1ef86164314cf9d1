import { Button, Group, Skeleton, Stack } from "@mantine/core";
import { Link, useLocation } from "wouter";
import { useFormat } from "../../shared/format.ts";
import { Empty, Failure } from "../../shared/states.tsx";
import { CartRow, GoneRow } from "../cart/cart-row.tsx";
import { usePricedCart } from "../cart/use-priced-cart.ts";
import { PageTitle } from "../layout/page-title.tsx";
import { MainButton } from "../telegram/main-button.tsx";
import { useShopTexts } from "../texts/texts.ts";

/** The cart: it outlives reloads, and its prices and stock are those of this moment. */
export const CartPage = () => {
  const { titles, cart: texts } = useShopTexts();
  const { money } = useFormat();
  const [, navigate] = useLocation();
  const { cart, lines, total, error, retry } = usePricedCart();
  if (cart.length === 0)
    return (
      <>
        <PageTitle title={titles.cart} hidden />
        <Empty title={texts.emptyTitle} text={texts.emptyText}>
          <Button component={Link} href="/">
            {texts.browse}
          </Button>
        </Empty>
      </>
    );
  return (
    <Stack gap="lg" className="narrow">
      <PageTitle title={titles.cart} />
      {error !== null && <Failure error={error} onRetry={retry} />}
      <ul className="cart-rows panel">
        {lines.map(({ sku, quantity, product }) => {
          if (product === null) return <GoneRow key={sku} sku={sku} />;
          if (product === undefined) return <Skeleton key={sku} component="li" height={72} my="sm" />;
          return <CartRow key={sku} product={product} quantity={quantity} />;
        })}
      </ul>
      <Group justify="space-between" className="cart-total">
        <span>{texts.total}</span>
        <span className="price price-large">{total === null ? "…" : money(total)}</span>
      </Group>
      <MainButton text={texts.checkout} disabled={total === null} onPress={() => navigate("/checkout")} />
    </Stack>
  );
};
