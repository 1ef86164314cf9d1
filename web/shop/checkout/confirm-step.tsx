import { Button, Group, Stack, Text } from "@mantine/core";
import { useLocation } from "wouter";
import { useFormat } from "../../shared/format.ts";
import { useOnline } from "../../shared/online.ts";
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
  const sold = lines.filter(({ product }) => product !== null);
  const place = () =>
    placing.mutate(orderOf(sold, delivery), {
      onSuccess: ({ id }) => {
        changeCart(() => []);
        navigate(`/orders/${id}?new`, { replace: true });
      },
    });
  const short = shortLinesOf(placing.error);
  const online = useOnline();
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
      <Text size="sm" role="status">
        {online ? "" : checkout.offline}
      </Text>
      <MainButton
        text={total === null ? checkout.placing : checkout.place(money(total))}
        loading={placing.isPending}
        disabled={total === null || !online}
        onPress={place}
      />
    </Stack>
  );
};
