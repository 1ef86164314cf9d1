import { reasonOf } from "../shared/outbox/failure.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { crashPoint } from "../shared/runtime/crash-point.ts";
import { pause } from "../shared/runtime/retry.ts";
import { SENDS_AT_ONCE } from "./domain/pace.ts";
import type { AnnounceDelivery, ClaimedMessage, Recorded } from "./usecases/delivery-ports.ts";

/** How long `finish` waits for messages under way: as long as one may take. */
const FINISH_WAIT_MS = 15_000;

export interface DeliverySlotsOptions {
  /** Fails when it is not known how the message ended. */
  readonly send: (message: ClaimedMessage) => Promise<Recorded>;
  readonly announce: AnnounceDelivery;
  readonly log: Logger;
  /** A send has ended, and something may be due now. */
  readonly ring: () => void;
}

/** The messages of one worker that are under way. */
export interface DeliverySlots {
  /** The claims that they belong to. */
  underWay(): string[];
  /** Sends what `take` claims, if there is a free slot. Fails as `take` does. */
  fill(take: (count: number) => Promise<readonly ClaimedMessage[]>): Promise<void>;
  /** Waits for those under way, for a while. Answers the claims of what is left. */
  finish(waitMs?: number): Promise<string[]>;
}

export const createDeliverySlots = ({ send, announce, log, ring }: DeliverySlotsOptions): DeliverySlots => {
  const underWay = new Map<Promise<void>, string>();
  let claimsBegun = 0;
  /** There were no more slots than there was to send, so more may be due. */
  let wereShort = false;

  /** Sends it, and says whether the person has others waiting; true where nobody knows. */
  const sendOne = async (message: ClaimedMessage): Promise<boolean> => {
    try {
      const { deliveries, hasNext } = await send(message);
      for (const delivery of deliveries) announce(delivery);
      return hasNext;
    } catch (error) {
      const deliveryIds = message.deliveries.map(({ id }) => id);
      log.error("a message could not be recorded", { deliveryIds, reason: reasonOf(error) });
      return true;
    }
  };

  /**
   * After a send the queue is asked again only if there may be something: others of this person, what found no slot, or
   * what a claim since then has passed over because this person's message was under way.
   */
  const begin = (message: ClaimedMessage): void => {
    const claimsBefore = claimsBegun;
    const work: Promise<void> = sendOne(message).then((hasNext) => {
      underWay.delete(work);
      if (hasNext || wereShort || claimsBegun !== claimsBefore) ring();
    });
    underWay.set(work, message.claimId);
  };

  return {
    underWay: () => [...new Set(underWay.values())],
    async fill(take) {
      const free = SENDS_AT_ONCE - underWay.size;
      if (free <= 0) {
        wereShort = true;
        return;
      }
      claimsBegun += 1;
      const claimed = await take(free);
      wereShort = claimed.length >= free;
      if (claimed.length > 0) crashPoint("notify.send.after-claim");
      for (const message of claimed) begin(message);
    },
    async finish(waitMs = FINISH_WAIT_MS) {
      const tooLong = new AbortController();
      const all = Promise.allSettled([...underWay.keys()]);
      await Promise.race([all, pause(waitMs, tooLong.signal)]).finally(() => tooLong.abort());
      return this.underWay();
    },
  };
};
