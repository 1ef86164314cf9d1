import type { NewId } from "../shared/kernel/ids.ts";
import type { Claim, DeliveryQueue } from "./usecases/delivery-ports.ts";

/**
 * A claim that nobody prolongs for so long belongs to a worker that died. The person's next messages wait for its end, so
 * it is short; a worker that was only slow still records what came of its send.
 */
export const CLAIM_MS = 10_000;
const PROLONG_EVERY_MS = 3_000;

/** The claims of one worker. Everything fails as the database does. */
export interface DeliveryClaims {
  /** Takes back a claim whose answer was lost, and prolongs those under way when it is time. */
  settleUp(claimIds: readonly string[], now: Date): Promise<void>;
  take(slots: number, now: Date): Promise<Claim>;
}

export const createDeliveryClaims = (deliveries: DeliveryQueue, newId: NewId): DeliveryClaims => {
  const deadlineFrom = (now: Date) => new Date(now.getTime() + CLAIM_MS);
  let lost: string | null = null;
  let prolongedAt: number | null = null;

  return {
    async settleUp(claimIds, now) {
      if (lost !== null) await deliveries.unclaim(lost, now);
      lost = null;
      prolongedAt ??= now.getTime();
      if (claimIds.length === 0 || now.getTime() - prolongedAt < PROLONG_EVERY_MS) return;
      await deliveries.keep(claimIds, deadlineFrom(now));
      prolongedAt = now.getTime();
    },
    async take(slots, now) {
      const id = newId();
      // A claim that fails may have been made all the same.
      lost = id;
      const claimed = await deliveries.claim(id, slots, now, deadlineFrom(now));
      lost = null;
      return claimed;
    },
  };
};
