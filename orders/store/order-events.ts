import type { OrderSnapshot } from "../../shared/contracts/events.ts";
import type { NewEvent } from "../../shared/outbox/outbox.ts";
import { lineTotal, type Order } from "../domain/order.ts";
import type { OrderEvent } from "../domain/react.ts";
import type { OrderChange } from "../usecases/ports.ts";

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

/** A saga does not get on: the event says which, so that somebody looks. */
export const stuckEvent = (
  { reaction: { order, saga } }: Pick<OrderChange, "reaction">,
  { requestId, traceparent }: RequestOrigin,
): NewEvent => ({
  type: "saga.stuck",
  subject: order.id,
  sequence: saga.version,
  source: "/orders",
  time: new Date(),
  requestId,
  traceparent,
  data: { orderId: order.id, number: order.number, step: saga.step, attempts: saga.attempts },
});
