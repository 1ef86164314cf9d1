import { Button, Group, Stack, Text } from "@mantine/core";
import { useRef } from "react";
import { useLocation } from "wouter";
import { newIdempotencyKey } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { Failure } from "../../shared/states.tsx";
import { changeCart } from "../cart/cart-store.ts";
import type { usePricedCart } from "../cart/use-priced-cart.ts";
import { usePlaceOrder } from "../queries/orders.ts";
import { MainButton } from "../telegram/main-button.tsx";
import { useShopTexts } from "../texts/texts.ts";
import { Address } from "./address.tsx";
import { addressOf, type Delivery, orderOf } from "./delivery.ts";
import { Shortages, shortLinesOf } from "./shortages.tsx";

type PricedCart = ReturnType<typeof usePricedCart>;

/**
 * A key for each decision: the same while the same is tried again, so that a lost answer leads to no second order; another one as soon as
 * something else is wanted.
 */
const useDecision = () => {
  const decided = useRef({ what: "", key: "" });
  return (order: object): string => {
    const what = JSON.stringify(order);
    if (decided.current.what !== what) decided.current = { what, key: newIdempotencyKey() };
    return decided.current.key;
  };
};

const Lines = ({ lines }: Pick<PricedCart, "lines">) => {
  const { money } = useFormat();
  return (
    <ul className="plain-list summary">
      {lines.map(({ sku, quantity, product }) =>
        product ? (
          <li key={sku}>
            <span>
              {quantity} × {product.name}
            </span>
            <span className="price">
              {money({ ...product.price, amountMinor: product.price.amountMinor * quantity })}
            </span>
          </li>
        ) : null,
      )}
    </ul>
  );
};

interface ConfirmStepProps {
  readonly delivery: Delivery;
  readonly priced: PricedCart;
  readonly onChange: () => void;
}

/** The second step: all of it once more, and the decision. */
export const ConfirmStep = ({ delivery, priced: { lines, total }, onChange }: ConfirmStepProps) => {
  const { checkout } = useShopTexts();
  const { money } = useFormat();
  const [, navigate] = useLocation();
  const placing = usePlaceOrder();
  const keyOf = useDecision();
  const sold = lines.filter(({ product }) => product !== null);
  const place = () => {
    const order = orderOf(sold, delivery);
    const placed = { order, idempotencyKey: keyOf(order) };
    placing.mutate(placed, {
      onSuccess: ({ id }) => {
        changeCart(() => []);
        navigate(`/orders/${id}?new`, { replace: true });
      },
    });
  };
  const short = shortLinesOf(placing.error);
  return (
    <Stack gap="lg">
      <section className="panel" aria-labelledby="items">
        <h2 id="items" className="section-title">
          {checkout.items}
        </h2>
        <Lines lines={sold} />
        <Group justify="space-between" className="summary-total">
          <span>{checkout.payment}</span>
          <span>{checkout[delivery.payment]}</span>
        </Group>
      </section>
      <section className="panel" aria-labelledby="where">
        <Group justify="space-between">
          <h2 id="where" className="section-title">
            {checkout.address}
          </h2>
          <Button variant="subtle" onClick={onChange}>
            {checkout.change}
          </Button>
        </Group>
        <Address address={addressOf(delivery)} />
        {delivery.note !== "" && <Text size="sm">{delivery.note}</Text>}
      </section>
      {short.length > 0 && <Shortages lines={short} onTaken={() => placing.reset()} />}
      {placing.isError && short.length === 0 && (
        <Failure error={placing.error}>
          <Text size="sm">{checkout.again}</Text>
        </Failure>
      )}
      <MainButton
        text={total === null ? checkout.placing : checkout.place(money(total))}
        loading={placing.isPending}
        disabled={total === null}
        onPress={place}
      />
    </Stack>
  );
};
