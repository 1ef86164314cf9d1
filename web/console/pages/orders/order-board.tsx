import { Anchor, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { Asked } from "../../parts/states.tsx";
import { type Order, type OrderStatus, useOrders } from "../../queries/orders.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useOrdersTexts } from "../../texts/orders.ts";
import { OrderActs } from "./order-acts.tsx";

/** What somebody has to do something with. */
const OPEN: readonly OrderStatus[] = ["pending", "confirmed", "packed", "shipped"];

export const unitsOf = ({ lines }: Order): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

const OrderCard = ({ order, open }: { readonly order: Order; open(id: string): void }) => {
  const texts = useOrdersTexts();
  const { money, moment } = useFormat();
  return (
    <Card withBorder padding="sm" component="li" aria-label={order.number}>
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap">
          <Anchor
            component="button"
            fw={600}
            onClick={() => open(order.id)}
            aria-label={texts.openOf(order.number)}
          >
            {order.number}
          </Anchor>
          <Text size="sm" fw={600}>
            {money(order.total)}
          </Text>
        </Group>
        <Text size="xs" c="dimmed">
          {texts.units(unitsOf(order))} · {moment(order.createdAt)}
          {order.claim ? ` · ${texts.taken}` : ""}
        </Text>
        <OrderActs order={order} />
      </Stack>
    </Card>
  );
};

const Column = ({ status, open }: { readonly status: OrderStatus; open(id: string): void }) => {
  const texts = useOrdersTexts();
  const orders = useOrders(status);
  return (
    <section aria-label={texts.statuses[status]}>
      <Title order={2} size="h5" mb="xs">
        {texts.statuses[status]}
      </Title>
      <Asked query={orders} lines={3}>
        {(pages) =>
          itemsOf(pages).length === 0 ? (
            <Text size="sm" c="dimmed">
              {texts.nothing}
            </Text>
          ) : (
            <Stack component="ul" gap="xs" p={0} m={0} className="plain-list">
              {itemsOf(pages).map((order) => (
                <OrderCard key={order.id} order={order} open={open} />
              ))}
            </Stack>
          )
        }
      </Asked>
      <MoreButton query={orders} />
    </section>
  );
};

/** The open orders, a column for each status on their way to the buyer. */
export const OrderBoard = ({ open }: { open(id: string): void }) => (
  <div className="board">
    {OPEN.map((status) => (
      <Column key={status} status={status} open={open} />
    ))}
  </div>
);
