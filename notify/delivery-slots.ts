import { reasonOf } from "../shared/outbox/failure.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { Delivery } from "./domain/delivery.ts";
import type { AnnounceDelivery, Recorded } from "./usecases/ports.ts";

/** Messages handed to Telegram at once: more in parallel only lengthen a flood wait (grammY, "Flood limits"). */
const SENDS_AT_ONCE = 3;
/** How long `finish` waits for messages under way; what is left becomes `unknown` when its claim ends. */
const FINISH_WAIT_MS = 15_000;

export interface DeliverySlotsOptions {
  /** Null, or a failure, when it is not known how the delivery ended. */
  readonly send: (delivery: Delivery) => Promise<Recorded | null>;
  readonly announce: AnnounceDelivery;
  readonly log: Logger;
  /** A send has ended, and something may be due now. */
  readonly ring: () => void;
}

/** The messages of one worker that are under way. */
export interface DeliverySlots {
  /** Their ids. */
  underWay(): string[];
  /**
   * Sends what `take` claims, if there is a free slot: as much as fits where `all` says that there may be news, else one
   * for each send that has ended, since to look for more would be to read the whole queue. Fails as `take` does.
   */
  fill(take: (count: number) => Promise<readonly Delivery[]>, all: boolean): Promise<void>;
  /** Waits for those under way, for a while. */
  finish(): Promise<void>;
}

export const createDeliverySlots = ({ send, announce, log, ring }: DeliverySlotsOptions): DeliverySlots => {
  const underWay = new Map<string, Promise<void>>();
  let claimsBegun = 0;
  /** There were no more slots than there was to send, so more may be due. */
  let wereShort = false;
  /** Sends that have ended since the last claim: the next message of each of those persons may be due. */
  let ended = 0;

  /** Sends it, and says whether the person has others waiting; true where nobody knows. */
  const sendOne = async (delivery: Delivery): Promise<boolean> => {
    try {
      const recorded = await send(delivery);
      if (recorded !== null) announce(recorded.delivery);
      return recorded?.hasNext ?? true;
    } catch (error) {
      log.error("a delivery could not be recorded", { deliveryId: delivery.id, reason: reasonOf(error) });
      return true;
    }
  };

  /**
   * After a send the queue is asked again only if there may be something: others of this person, what found no slot, or
   * what a claim since then has passed over because this person's message was under way.
   */
  const begin = (delivery: Delivery): void => {
    const claimsBefore = claimsBegun;
    const work = sendOne(delivery).then((hasNext) => {
      underWay.delete(delivery.id);
      ended += 1;
      if (hasNext || wereShort || claimsBegun !== claimsBefore) ring();
    });
    underWay.set(delivery.id, work);
  };

  return {
    underWay: () => [...underWay.keys()],
    async fill(take, all) {
      const free = SENDS_AT_ONCE - underWay.size;
      if (free <= 0) {
        wereShort = true;
        return;
      }
      claimsBegun += 1;
      const count = all || wereShort ? free : Math.min(free, Math.max(1, ended));
      ended = 0;
      const claimed = await take(count);
      wereShort = claimed.length >= count && count === free;
      for (const delivery of claimed) begin(delivery);
    },
    async finish() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FINISH_WAIT_MS);
      });
      await Promise.race([Promise.allSettled([...underWay.values()]), tooLong]);
      clearTimeout(timer);
    },
  };
};
