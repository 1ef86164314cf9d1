import { Drawer, Group, Stack, Table, Text, Timeline, Title } from "@mantine/core";
import type { Schemas } from "../../../../client/index.ts";
import { useFormat } from "../../../shared/format.ts";
import { Asked } from "../../parts/states.tsx";
import { type Order, useOrder, useTimeline } from "../../queries/orders.ts";
import { useOrdersTexts } from "../../texts/orders.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { OrderActs } from "./order-acts.tsx";
import { OrderWhy } from "./order-explanation.tsx";
import { StatusBadge } from "./status-badge.tsx";

const Lines = ({ order }: { readonly order: Order }) => {
  const texts = useOrdersTexts();
  const { money } = useFormat();
  return (
    <Table aria-label={texts.lines}>
      <Table.Tbody>
        {order.lines.map(({ id, name, sku, quantity, lineTotal }) => (
          <Table.Tr key={id}>
            <Table.Th scope="row" fw={400}>
              {quantity} × {name}
              <Text size="xs" c="dimmed" className="mono">
                {sku}
              </Text>
            </Table.Th>
            <Table.Td ta="end">{money(lineTotal)}</Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Th scope="row">{texts.total}</Table.Th>
          <Table.Td ta="end" fw={700}>
            {money(order.total)}
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
};

const Where = ({ address, note }: Pick<Order, "address" | "note">) => {
  const texts = useOrdersTexts();
  const parts =
    address === null
      ? []
      : [
          address.recipient,
          address.line1,
          address.line2,
          `${address.postalCode ?? ""} ${address.city}`,
          address.region,
          address.country,
        ];
  return (
    <div>
      <Title order={3} size="h5">
        {texts.address}
      </Title>
      <Text size="sm">{address === null ? texts.noAddress : parts.filter(Boolean).join(", ")}</Text>
      {note !== null && (
        <Text size="sm">
          {texts.note}: {note}
        </Text>
      )}
    </div>
  );
};

const isStatus = <Statuses extends object>(words: Statuses, what: string): what is keyof Statuses & string =>
  Object.hasOwn(words, what);

const History = ({ timeline }: { readonly timeline: Schemas["Timeline"] }) => {
  const texts = useOrdersTexts();
  const { moment } = useFormat();
  return (
    <section aria-label={texts.timeline}>
      <Title order={3} size="h5" mb="xs">
        {texts.timeline}
      </Title>
      <Timeline active={timeline.items.length} bulletSize={14} lineWidth={2}>
        {timeline.items.map(({ at, actor, what, cause }) => (
          <Timeline.Item
            key={`${at} ${what}`}
            title={isStatus(texts.statuses, what) ? texts.statuses[what] : (texts.events[what] ?? what)}
          >
            {cause !== null && <Text size="sm">{cause}</Text>}
            <Text size="xs" c="dimmed">
              {moment(at)} · {texts.actors[actor.kind]}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
};

const Whole = ({ id }: { readonly id: string }) => {
  const order = useOrder(id);
  const timeline = useTimeline(id);
  return (
    <Asked query={order}>
      {(read) => (
        <Stack>
          <Group justify="space-between">
            <Title order={3} size="h4">
              {read.number}
            </Title>
            <StatusBadge status={read.status} />
          </Group>
          <OrderActs order={read} />
          <OrderWhy order={read} />
          <Lines order={read} />
          <Where {...read} />
          <Asked query={timeline} lines={3}>
            {(items) => <History timeline={items} />}
          </Asked>
        </Stack>
      )}
    </Asked>
  );
};

/** One order whole: what was bought, where it goes, what has happened and why. */
export const OrderDrawer = ({ id, onClose }: { readonly id: string | null; onClose(): void }) => {
  const texts = useShellTexts();
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="md"
      title={texts.pages.orders}
      closeButtonProps={{ "aria-label": texts.close }}
    >
      {id !== null && <Whole id={id} />}
    </Drawer>
  );
};
