import type { NewId } from "../shared/kernel/ids.ts";
import type { Delivery } from "./domain/delivery.ts";
import type { DeliveryQueue } from "./usecases/ports.ts";

/**
 * A claim that nobody prolongs for so long belongs to a worker that died. The person's next messages wait for its end, so
 * it is short; a worker that was only slow still records what came of its send.
 */
export const CLAIM_MS = 10_000;
const PROLONG_EVERY_MS = 3_000;

/** The claims of one worker. Everything fails as the database does. */
export interface DeliveryClaims {
  /** Takes back a claim whose answer was lost, and prolongs those under way when it is time. */
  settleUp(underWay: readonly string[], now: Date): Promise<void>;
  take(limit: number, now: Date): Promise<Delivery[]>;
}

export const createDeliveryClaims = (deliveries: DeliveryQueue, newId: NewId): DeliveryClaims => {
  const deadlineFrom = (now: Date) => new Date(now.getTime() + CLAIM_MS);
  let lost: string | null = null;
  let prolongedAt: number | null = null;

  return {
    async settleUp(underWay, now) {
      if (lost !== null) await deliveries.unclaim(lost);
      lost = null;
      prolongedAt ??= now.getTime();
      if (underWay.length === 0 || now.getTime() - prolongedAt < PROLONG_EVERY_MS) return;
      await deliveries.keep(underWay, deadlineFrom(now));
      prolongedAt = now.getTime();
    },
    async take(limit, now) {
      const id = newId();
      // A claim that fails may have been made all the same.
      lost = id;
      const claimed = await deliveries.claim(id, limit, now, deadlineFrom(now));
      lost = null;
      return claimed;
    },
  };
};
