import type { OrderSnapshot } from "../../shared/contracts/events.ts";
import type { NewEvent } from "../../shared/outbox/outbox.ts";
import { lineTotal, type Order } from "../domain/order.ts";
import type { OrderEvent } from "../domain/react.ts";

/** The request that a change is made for: it follows the change into its events. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly traceparent?: string | undefined;
}

const snapshotOf = (order: Order): OrderSnapshot => ({
  id: order.id,
  number: order.number,
  userId: order.userId,
  status: order.status,
  version: order.version,
  lines: order.lines.map((line) => ({ ...line, lineTotal: lineTotal(line) })),
  total: order.total,
  createdAt: order.createdAt.toISOString(),
});

/** An event of this service as the outbox takes it. */
export const toNewEvent = (event: OrderEvent, { requestId, traceparent }: RequestOrigin): NewEvent => {
  const { type, order, previousStatus, actor, reason } = event;
  return {
    type,
    subject: order.id,
    sequence: order.version,
    source: "/orders",
    time: order.updatedAt,
    requestId,
    traceparent,
    data: { order: snapshotOf(order), previousStatus, actor, reason },
  };
};
