import { Anchor, NativeSelect, Table } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { type Order, type OrderStatus, useOrders } from "../../queries/orders.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useOrdersTexts } from "../../texts/orders.ts";
import { OrderActs } from "./order-acts.tsx";
import { unitsOf } from "./order-board.tsx";
import { StatusBadge } from "./status-badge.tsx";

const OrderRow = ({ order, open }: { readonly order: Order; open(id: string): void }) => {
  const { money, moment, count } = useFormat();
  const texts = useOrdersTexts();
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <Anchor
          component="button"
          fw={600}
          onClick={() => open(order.id)}
          aria-label={texts.openOf(order.number)}
        >
          {order.number}
        </Anchor>
      </Table.Th>
      <Table.Td>
        <StatusBadge status={order.status} />
      </Table.Td>
      <Table.Td ta="end">{money(order.total)}</Table.Td>
      <Table.Td ta="end">{count(unitsOf(order))}</Table.Td>
      <Table.Td>{moment(order.createdAt)}</Table.Td>
      <Table.Td>
        <OrderActs order={order} />
      </Table.Td>
    </Table.Tr>
  );
};

/** All orders, or those of one status, latest first. */
export const OrderTable = ({ open }: { open(id: string): void }) => {
  const texts = useOrdersTexts();
  const { columns } = texts;
  const [status, setStatus] = useState<OrderStatus | null>(null);
  const orders = useOrders(status);
  const statuses = Object.entries(texts.statuses).map(([value, label]) => ({ value, label }));
  return (
    <>
      <NativeSelect
        label={texts.status}
        value={status ?? ""}
        maw={220}
        mb="sm"
        data={[{ value: "", label: texts.all }, ...statuses]}
        onChange={({ currentTarget: { value } }) => setStatus(value === "" ? null : (value as OrderStatus))}
      />
      <Asked query={orders} lines={10}>
        {(pages) =>
          itemsOf(pages).length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <WideTable minWidth={820}>
              <Table highlightOnHover verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">{columns.number}</Table.Th>
                    <Table.Th scope="col">{columns.status}</Table.Th>
                    <Table.Th scope="col" ta="end">
                      {columns.total}
                    </Table.Th>
                    <Table.Th scope="col" ta="end">
                      {columns.units}
                    </Table.Th>
                    <Table.Th scope="col">{columns.placed}</Table.Th>
                    <Table.Th scope="col">{columns.actions}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {itemsOf(pages).map((order) => (
                    <OrderRow key={order.id} order={order} open={open} />
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          )
        }
      </Asked>
      <MoreButton query={orders} />
    </>
  );
};
