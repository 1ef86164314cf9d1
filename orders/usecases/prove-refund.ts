import { isSteppedUp, stepUpRequired } from "../../shared/contracts/step-up.ts";
import type { Order } from "../domain/order.ts";
import { nextStatuses } from "../domain/status.ts";
import { actorOf, type Caller } from "./read-orders.ts";

/** True for what the buyer may do with their own order at this moment, staff or not. */
const isOwnersAct = (caller: Caller, order: Order): boolean =>
  order.userId === caller.userId && nextStatuses(order.status, "user").includes("cancelled");

/**
 * Who pays money back in the shop's name types in a fresh code for it first: a stolen session of staff must not do. Fails with
 * `STEP_UP_REQUIRED`.
 */
export const assertMayRefund = (caller: Caller, order: Order, now: Date): void => {
  if (actorOf(caller).kind !== "staff" || isOwnersAct(caller, order)) return;
  if (!isSteppedUp(caller.stepUp, "orders.refund", now)) throw stepUpRequired("orders.refund");
};
