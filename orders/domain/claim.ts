import { KioskError } from "../../shared/kernel/errors.ts";
import type { Actor, Claim, Order, OrderStatus } from "./order.ts";
import { type OrderProcess, type Reaction, tellOnly } from "./react.ts";

/** Statuses in which there is something to prepare, and so something to be the one who does it. */
const claimable: readonly OrderStatus[] = ["confirmed", "packed"];

/** True where somebody of the shop's people may take the order on. */
export const mayBeClaimed = ({ status, archivedAt }: Order): boolean =>
  archivedAt === null && claimable.includes(status);

const claimConflict = (message: string, claim: Claim | null): KioskError =>
  new KioskError("CONFLICT", message, claim === null ? {} : { extensions: { claimedBy: claim.by } });

const withClaim = ({ order, saga }: OrderProcess, claim: Claim | null, actor: Actor, at: Date): Reaction => {
  const changed = { ...order, claim, version: order.version + 1, updatedAt: at };
  const what = claim === null ? "claim-released" : "claimed";
  const event = { type: "order.claim-changed", order: changed, actor, reason: null } as const;
  return tellOnly({ order, saga }, event, what);
};

/** Who takes the order on, or gives it back. */
export interface Claiming {
  readonly actor: Actor & { readonly id: string };
  readonly at: Date;
}

/**
 * Makes the actor the one who looks after the order. Null where they are already. Fails with `CONFLICT`: somebody else has it
 * (`claimedBy`), or it is in no status in which there is anything to do.
 */
export const claimOrder = (current: OrderProcess, { actor, at }: Claiming): Reaction | null => {
  const { order } = current;
  if (order.claim?.by === actor.id) return null;
  if (order.claim !== null) throw claimConflict("Somebody else has claimed this order.", order.claim);
  if (!mayBeClaimed(order))
    throw claimConflict(
      `An order that is ${order.status} is claimed by nobody: nothing is left to do.`,
      null,
    );
  return withClaim(current, { by: actor.id, at }, actor, at);
};

/** Leaves the order to others. Null where nobody has it. Fails with `CONFLICT` where somebody else has it, unless the actor may take it away. */
export const releaseClaim = (
  current: OrderProcess,
  { actor, at, mayTakeAway }: Claiming & { readonly mayTakeAway: boolean },
): Reaction | null => {
  const { claim } = current.order;
  if (claim === null) return null;
  if (claim.by !== actor.id && !mayTakeAway)
    throw claimConflict("Somebody else has claimed this order: they give it back, or an admin does.", claim);
  return withClaim(current, null, actor, at);
};
