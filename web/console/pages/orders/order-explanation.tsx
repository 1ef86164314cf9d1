import { Stack, Text } from "@mantine/core";
import { Chain, type ChainLink, Explain } from "../../parts/explanation.tsx";
import { Asked } from "../../parts/states.tsx";
import { type OrderCause, type OrderExplanation, useOrderExplanation } from "../../queries/explanations.ts";
import type { Order } from "../../queries/orders.ts";
import { useExplanationTexts } from "../../texts/explanations.ts";

const Answer = ({ explanation }: { readonly explanation: OrderExplanation }) => {
  const texts = useExplanationTexts();
  const { causes, omitted, waiting } = explanation;
  const linkOf = (cause: OrderCause, place: number): ChainLink => ({
    key: `${cause.at} ${cause.code} ${place}`,
    title: texts.orderCause(cause),
    at: cause.at,
    who: cause.actor.name ?? texts.actors[cause.actor.kind] ?? null,
    figures: cause.event,
    trace: cause.traceId,
    links: null,
  });
  return (
    <Stack gap="sm">
      <Text fw={600}>{texts.order(explanation)}</Text>
      {waiting !== null && (
        <Text size="sm">
          {texts.waits(waiting.step, waiting.attempts)} {waiting.problem}
        </Text>
      )}
      {omitted > 0 && <Text size="sm">{texts.omitted(omitted)}</Text>}
      <Chain links={causes.map(linkOf)} />
    </Stack>
  );
};

const Read = ({ id }: { readonly id: string }) => {
  const explanation = useOrderExplanation(id);
  return <Asked query={explanation}>{(read) => <Answer explanation={read} />}</Asked>;
};

/** Why an order is as it is: asked for, and then the chain from its beginning. */
export const OrderWhy = ({ order }: { readonly order: Order }) => (
  <Explain name={order.number}>
    <Read id={order.id} />
  </Explain>
);
