import { Badge, Button, NativeSelect, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import {
  type Delivery,
  type DeliveryState,
  useDeliveries,
  useRetryDelivery,
} from "../../queries/deliveries.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useDeliveriesTexts } from "../../texts/deliveries.ts";
import { useShellTexts } from "../../texts/shell.ts";

const COLOURS: Readonly<Record<DeliveryState, string>> = {
  pending: "yellow",
  sending: "blue",
  sent: "kiosk",
  failed: "red",
  unknown: "orange",
  suppressed: "gray",
  expired: "gray",
};
/** Where a person has to decide whether it is sent again. */
const RETRIED: ReadonlySet<DeliveryState> = new Set(["failed", "unknown"]);

const DeliveryRow = ({ delivery }: { readonly delivery: Delivery }) => {
  const texts = useDeliveriesTexts();
  const { moment, count } = useFormat();
  const retry = useRetryDelivery();
  const { template, subject, text, channel, state, attempts, reason, updatedAt } = delivery;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <Text size="sm" lineClamp={2} dir="auto">
          {text}
        </Text>
        <Text size="xs" c="dimmed" className="mono breakable">
          {template}
        </Text>
      </Table.Th>
      <Table.Td>{channel}</Table.Td>
      <Table.Td>
        <Badge variant="dot" color={COLOURS[state]} tt="none">
          {texts.states[state]}
        </Badge>
        {reason !== null && (
          <Text size="xs" c="dimmed">
            {reason}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end">{count(attempts)}</Table.Td>
      <Table.Td>{moment(updatedAt)}</Table.Td>
      <Table.Td ta="end">
        {RETRIED.has(state) && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={texts.retryOf(subject)}
            loading={retry.isPending}
            onClick={() => retry.mutate(delivery)}
          >
            {texts.retry}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
};

/** What the shop has sent to people and programs, and what became of it. */
export const DeliveriesPage = () => {
  const texts = useDeliveriesTexts();
  const { pages } = useShellTexts();
  const [state, setState] = useState<DeliveryState | null>(null);
  const deliveries = useDeliveries(state);
  const { columns } = texts;
  return (
    <>
      <PageHead title={pages.deliveries}>
        <NativeSelect
          aria-label={texts.state}
          value={state ?? ""}
          data={[
            { value: "", label: texts.all },
            ...Object.entries(texts.states).map(([value, label]) => ({ value, label })),
          ]}
          onChange={({ currentTarget: { value } }) =>
            setState(value === "" ? null : (value as DeliveryState))
          }
        />
      </PageHead>
      <Asked query={deliveries} lines={8}>
        {(read) =>
          itemsOf(read).length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <WideTable minWidth={760}>
              <Table highlightOnHover verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    {[columns.message, columns.channel, columns.state, columns.attempts, columns.at].map(
                      (name) => (
                        <Table.Th key={name} scope="col">
                          {name}
                        </Table.Th>
                      ),
                    )}
                    <Table.Td />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {itemsOf(read).map((delivery) => (
                    <DeliveryRow key={delivery.id} delivery={delivery} />
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          )
        }
      </Asked>
      <MoreButton query={deliveries} />
    </>
  );
};
