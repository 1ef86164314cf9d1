import type { MessagesParkedNotice, SagasStuckNotice } from "./operations-notice.ts";

/** Admins hear of a queue at once, and then once in so long, however many of its messages are parked. */
export const ALERT_EVERY_MS = 5 * 60_000;
/** Types that an alert names: a chat message is short. */
const TYPES_MAX = 5;

/** What the admins know of the parked messages of one queue, and what they have not been told yet. */
export interface ParkedAlert {
  readonly queue: string;
  /** Null: never. */
  readonly toldAt: Date | null;
  /** Messages that were parked since they were told last. */
  readonly untold: number;
  /** Of what types those are, the first few. */
  readonly types: readonly string[];
}

/** Messages of these types, one each, have been parked. */
export const noteParked = (alert: ParkedAlert, types: readonly string[]): ParkedAlert => ({
  ...alert,
  untold: alert.untold + types.length,
  types: [...new Set([...alert.types, ...types])].slice(0, TYPES_MAX),
});

export const isDue = ({ untold, toldAt }: ParkedAlert, now: Date): boolean =>
  untold > 0 && (toldAt === null || now.getTime() - toldAt.getTime() >= ALERT_EVERY_MS);

/**
 * Stands among the queues for orders that do not get on. They are told of in the same way, at once and then once in a while: a service that is
 * away holds up many. Their types are the orders' numbers.
 */
export const STUCK_SAGAS = "orders.sagas";

/** What there is to tell. */
export const noticeOfAlert = ({
  queue,
  untold: count,
  types,
}: ParkedAlert): MessagesParkedNotice | SagasStuckNotice =>
  queue === STUCK_SAGAS
    ? { template: "sagas-stuck", count, numbers: types }
    : { template: "messages-parked", queue, count, types };

/** The admins have been told. */
export const afterTelling = ({ queue }: ParkedAlert, toldAt: Date): ParkedAlert => ({
  queue,
  toldAt,
  untold: 0,
  types: [],
});
