import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Schemas } from "../../../client/index.ts";
import { CartIcon, CheckIcon } from "../../shared/icons.tsx";
import { quantityOf, withMore } from "../cart/cart.ts";
import { changeCart, useCart } from "../cart/cart-store.ts";
import { useStock } from "../stock/use-stock.ts";
import { useShopTexts } from "../texts/texts.ts";
import { NotifyMe } from "./notify-me.tsx";
import { Quantity } from "./quantity.tsx";
import { StockLabel } from "./stock-label.tsx";

/** Whether something was there and is sold out while one looks. */
const useJustSoldOut = (available: number): boolean => {
  const before = useRef(available);
  const [isJust, setJust] = useState(false);
  useEffect(() => {
    setJust(before.current > 0 && available === 0);
    before.current = available;
  }, [available]);
  return isJust;
};

/** Buying: off the moment the last one is sold, wherever that was. */
export const BuyBox = ({ product: { sku, name, stock } }: { readonly product: Schemas["Product"] }) => {
  const texts = useShopTexts();
  const { available } = useStock({ sku, stock });
  const inCart = quantityOf(useCart(), sku);
  const [wanted, setWanted] = useState(1);
  const [said, setSaid] = useState("");
  const justSoldOut = useJustSoldOut(available);
  const left = Math.max(0, available - inCart);
  const units = Math.min(wanted, Math.max(1, left));
  const add = () => {
    changeCart((cart) => withMore(cart, sku, units));
    setSaid(texts.product.added(name, inCart + units));
    setWanted(1);
  };
  return (
    <div className="panel buy-box">
      <Stack gap="md">
        <div aria-live="polite">
          <StockLabel available={available} />
          {justSoldOut && <Text size="sm">{texts.product.justSoldOut}</Text>}
        </div>
        {available === 0 ? (
          <>
            <Button size="md" disabled fullWidth>
              {texts.product.soldOut}
            </Button>
            <NotifyMe sku={sku} />
          </>
        ) : (
          <Group gap="sm" wrap="wrap">
            <Quantity name={name} value={units} max={Math.max(1, left)} onChange={setWanted} />
            <Button
              size="md"
              h={46}
              flex="1 1 11rem"
              leftSection={<CartIcon />}
              disabled={left === 0}
              onClick={add}
            >
              {texts.product.add}
            </Button>
          </Group>
        )}
        {available > 0 && left === 0 && <Text size="sm">{texts.product.notAll(available)}</Text>}
        {inCart > 0 && (
          <Group justify="space-between">
            <Text size="sm" className="in-cart">
              <CheckIcon /> {texts.product.inCart(inCart)}
            </Text>
            <Button component={Link} href="/cart" variant="light">
              {texts.product.toCart}
            </Button>
          </Group>
        )}
        <div role="status" className="only-heard">
          {said}
        </div>
      </Stack>
    </div>
  );
};
