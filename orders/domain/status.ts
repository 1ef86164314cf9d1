import { conflict, KioskError } from "../../shared/kernel/errors.ts";
import type { Actor, OrderStatus } from "./order.ts";
import type { SagaState, SagaStep } from "./saga-state.ts";

interface Move {
  readonly to: OrderStatus;
  readonly by: readonly Actor["kind"][];
}

/** Who may bring an order from which status into which. */
const moves: Readonly<Record<OrderStatus, readonly Move[]>> = {
  pending: [
    { to: "confirmed", by: ["system"] },
    { to: "rejected", by: ["system"] },
    { to: "cancelled", by: ["user", "staff"] },
  ],
  confirmed: [
    { to: "packed", by: ["staff"] },
    { to: "cancelled", by: ["user", "staff"] },
  ],
  packed: [
    { to: "shipped", by: ["staff"] },
    { to: "cancelled", by: ["staff"] },
  ],
  shipped: [
    { to: "delivered", by: ["staff"] },
    { to: "returned", by: ["staff"] },
  ],
  delivered: [{ to: "returned", by: ["staff"] }],
  rejected: [],
  cancelled: [],
  returned: [],
};

/** Where this actor may bring an order that is in this status. */
export const nextStatuses = (from: OrderStatus, by: Actor["kind"]): OrderStatus[] =>
  moves[from].filter((move) => move.by.includes(by)).map(({ to }) => to);

/** Fails with `CONFLICT` where this actor may not bring an order from its status into the wanted one; it says what is next. */
export const assertMove = (from: OrderStatus, to: OrderStatus, by: Actor["kind"]): void => {
  const next = nextStatuses(from, by);
  if (next.includes(to)) return;
  const hint = next.length === 0 ? "it stays as it is" : `next is ${next.join(" or ")}`;
  const what = to === "cancelled" ? "cannot be cancelled" : `cannot become ${to}`;
  throw conflict(`An order that is ${from} ${what}: ${hint}.`);
};

/** What has to be done with the other services before an order may enter a status. */
const neededStep: Readonly<Partial<Record<OrderStatus, SagaStep>>> = {
  packed: "confirmed",
  shipped: "confirmed",
  returned: "shipped",
};

const RETRY_AFTER_SECONDS = 1;

/** A `CONFLICT` that passes by itself within moments. */
export const stillBusy = (what: string): KioskError =>
  new KioskError("CONFLICT", `${what}: try again in a moment.`, { retryAfterSeconds: RETRY_AFTER_SECONDS });

/** Fails with a `CONFLICT` that passes, where the stock of an order has to be put right first. */
export const assertReadyFor = (to: OrderStatus, { step }: SagaState): void => {
  const needed = neededStep[to];
  if (needed !== undefined && needed !== step)
    throw stillBusy("The stock of this order is still being moved");
};
