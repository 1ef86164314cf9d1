import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Chain, type ChainLink, Explain } from "../../parts/explanation.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { type StockCause, type StockExplanation, useStockExplanation } from "../../queries/explanations.ts";
import { useOrder } from "../../queries/orders.ts";
import { useExplanationTexts } from "../../texts/explanations.ts";

/** An order by its number, as soon as that is read. */
const OrderLink = ({ id, quantity }: { readonly id: string; readonly quantity: number | null }) => {
  const texts = useExplanationTexts();
  const number = useOrder(id).data?.number ?? texts.anOrder;
  return (
    <Anchor component={Link} href={`/orders?order=${id}`} size="sm">
      {quantity === null ? number : texts.heldBy(number, quantity)}
    </Anchor>
  );
};

const Holds = ({ holds }: Pick<StockExplanation, "holds">) => {
  const texts = useExplanationTexts();
  if (holds.orders === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {texts.holds}
      </Text>
      <Stack component="ul" gap={2} p={0} m={0} className="plain-list">
        {holds.items.map(({ orderId, quantity }) => (
          <li key={orderId}>
            <OrderLink id={orderId} quantity={quantity} />
          </li>
        ))}
        {holds.more > 0 && <li>{texts.moreHolds(holds.more)}</li>}
      </Stack>
    </div>
  );
};

/** Whether the chain comes to the level; a ledger that is wrong is said to be. */
const Sum = ({ sum }: Pick<StockExplanation, "sum">) => {
  const texts = useExplanationTexts();
  return (
    <Alert
      color={sum.addsUp ? "green" : "red"}
      variant="outline"
      title={sum.addsUp ? texts.addsUp : texts.addsNotUp}
    >
      {texts.sum(sum)} {texts.differences(sum)}
    </Alert>
  );
};

const Answer = ({ explanation }: { readonly explanation: StockExplanation }) => {
  const texts = useExplanationTexts();
  const linkOf = (cause: StockCause): ChainLink => ({
    key: String(cause.toVersion),
    title: texts.stockCause(cause),
    at: cause.at,
    who: cause.actor === null ? null : (texts.actors[cause.actor.kind] ?? cause.actor.kind),
    figures: texts.available(cause.available),
    trace: cause.traceId,
    links: cause.orderIds.length === 1 && <OrderLink id={cause.orderIds[0] ?? ""} quantity={null} />,
  });
  if (explanation.causes.length === 0) return <Nothing title={texts.nothing} />;
  return (
    <Stack gap="sm">
      <Text fw={600}>{texts.stock(explanation)}</Text>
      <Holds holds={explanation.holds} />
      <Chain links={explanation.causes.map(linkOf)} />
      <Sum sum={explanation.sum} />
    </Stack>
  );
};

const Read = ({ sku }: { readonly sku: string }) => {
  const explanation = useStockExplanation(sku);
  return <Asked query={explanation}>{(read) => <Answer explanation={read} />}</Asked>;
};

/** Why a SKU is where it is: asked for, and then the chain down to nothing. */
export const StockWhy = ({ sku }: { readonly sku: string }) => (
  <Explain name={sku}>
    <Read sku={sku} />
  </Explain>
);
