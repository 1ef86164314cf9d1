import type { Order } from "../../orders/domain/order.ts";
import type { OrderEvent, TimelineEntry } from "../../orders/domain/react.ts";
import type { SagaState } from "../../orders/domain/saga-state.ts";
import { toNewEvent } from "../../orders/store/order-events.ts";
import type { IdempotencyScope } from "../../shared/outbox/idempotency.ts";
import type { NewEvent } from "../../shared/outbox/outbox.ts";
import type { Division, Write } from "../world/parts.ts";
import type { World } from "../world/world.ts";
import { createKeptAnswers, type KeptAnswers } from "./kept-answers.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import type { MemoryOutbox } from "./memory-outbox.ts";

/** An order as the database of orders has it, with its saga. */
export interface OrderRow {
  readonly order: Order;
  readonly saga: SagaState;
  readonly requestId: string;
  /** Of its idempotency record; null where it was placed without a key. */
  readonly keptAs: IdempotencyScope | null;
  /** When the sweeper looks; null where the saga is finished. */
  readonly dueAtMs: number | null;
  readonly timeline: readonly TimelineEntry[];
}

/** The database of orders, which its processes share. */
export interface OrderTables {
  readonly database: MemoryDatabase;
  readonly outbox: MemoryOutbox;
  readonly orders: Map<string, OrderRow>;
  readonly kept: KeptAnswers;
  /** What committed changes say has happened, beside the outbox: what every consumer must come to know. */
  readonly happened: OrderEvent[];
  /** The order's number, for people. */
  nextNumber(): string;
}

export const createOrderTables = (database: MemoryDatabase, outbox: MemoryOutbox): OrderTables => {
  let numbers = 0;
  return {
    ...{ database, outbox },
    orders: new Map(),
    kept: createKeptAnswers(),
    happened: [],
    nextNumber() {
      numbers += 1;
      return `K-${String(numbers).padStart(6, "0")}`;
    },
  };
};

export const lockOf = (orderId: string): string => `order ${orderId}`;

const textOf = ({ type, order, reason }: OrderEvent): string => {
  const lines = order.lines.map(({ sku, quantity }) => `${sku} ${quantity}`).join(", ");
  const why = reason === null ? "" : ` (${reason})`;
  return `${order.number} ${type}, version ${order.version}: ${lines}, paid ${order.payment.provider}${why}`;
};

interface Told {
  readonly events: readonly OrderEvent[];
  readonly others?: readonly NewEvent[];
}

/** The writes of a change and those of its events, as the parts of this world divide them into transactions. */
export const divideTold = (
  { parts, tell }: World,
  { outbox, happened }: OrderTables,
  change: readonly Write[],
  { events, others = [] }: Told,
): Division => {
  const origin = ({ order }: OrderEvent) => ({ requestId: `request-${order.id}` });
  const appended = outbox.append([...events.map((event) => toNewEvent(event, origin(event))), ...others]);
  const happen = () => {
    happened.push(...events);
    for (const event of events) tell("orders", () => textOf(event));
  };
  return parts.divideChange([...change, happen], appended);
};
