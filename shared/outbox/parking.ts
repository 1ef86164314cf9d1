import type { EventEnvelope } from "../contracts/envelope.ts";
import type { Clock } from "../kernel/clock.ts";
import { newId } from "../kernel/ids.ts";
import type { Database, Tx } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { runWithRequest } from "../runtime/request-context.ts";
import { contextOfEvent } from "./event-context.ts";
import { type AfterCommit, runAfterCommit } from "./event-handler.ts";
import { isAway, reasonOf } from "./failure.ts";
import { inbox, parkedMessage } from "./schema.ts";

/** What of a malformed message is kept, in characters. */
const MAX_RAW_CHARACTERS = 100_000;

/** A message that could not be handled, and why. */
export interface Malady {
  readonly eventId: string;
  readonly type: string;
  readonly event?: EventEnvelope;
  readonly raw?: string;
  readonly error: string;
  readonly attempts: number;
}

/** A message that has just been put aside. */
export interface ParkedNews {
  /** The parked message's own id. */
  readonly id: string;
  readonly queue: string;
  /** The event's type; `malformed` where it was no event. */
  readonly type: string;
  readonly parkedAt: Date;
}

/** Tells of a parked message within the transaction that parks it, so that neither is lost without the other. */
export type OnParked = (tx: Tx, parked: ParkedNews) => Promise<void> | Promise<AfterCommit | undefined>;

/** An id for what has none: the same message that comes again gets the same id. */
export const malformedId = (queue: string, raw: string): string =>
  Bun.randomUUIDv5(`${queue}\n${raw}`, "oid");

/** PostgreSQL's jsonb holds neither a NUL nor half of a surrogate pair; JSON writes both as escapes. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;

/** The columns of what came: an event that jsonb cannot hold is kept as text, which cannot be replayed but seen. */
const contentOf = ({ event, raw }: Malady) => {
  const asText = event === undefined ? raw : JSON.stringify(event);
  if (event !== undefined && !UNSTORABLE.test(asText ?? "")) return { event, raw: null };
  // PostgreSQL's text holds no NUL.
  return { event: null, raw: asText?.slice(0, MAX_RAW_CHARACTERS).replaceAll("\0", "\uFFFD") ?? null };
};

export interface ParkingOptions {
  readonly database: Database;
  readonly queue: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onParked?: OnParked | undefined;
}

/**
 * Puts a message aside, records it as handled and tells of it, in one transaction. False when it was handled or parked
 * already. When the telling fails, the message is parked without it and the failure logged: told once or not at all,
 * a message that cannot be told of never comes back for it.
 */
export const createParking = ({ database, queue, clock, log, onParked }: ParkingOptions) => {
  const park = (malady: Malady, tell: OnParked | undefined) =>
    database.transaction(async (tx) => {
      const parkedAt = clock.now();
      const { rowCount } = await tx
        .insert(inbox)
        .values({ queue, eventId: malady.eventId, handledAt: parkedAt })
        .onConflictDoNothing();
      if (rowCount !== 1) return { parked: false, after: undefined };
      const id = newId();
      const { error, attempts, type } = malady;
      await tx.insert(parkedMessage).values({ id, queue, ...contentOf(malady), error, attempts, parkedAt });
      return { parked: true, after: (await tell?.(tx, { id, queue, type, parkedAt })) ?? undefined };
    });

  const parkAndTell = async (malady: Malady): Promise<boolean> => {
    const { parked, after } = await park(malady, onParked).catch((error: unknown) => {
      if (onParked === undefined || isAway(error)) throw error;
      log.error("A message is parked, but nobody is told of it", { reason: reasonOf(error) });
      return park(malady, undefined);
    });
    await runAfterCommit(after, log);
    return parked;
  };
  // What is told of a message belongs to the request that caused it.
  return (malady: Malady) => runWithRequest(contextOfEvent(malady.event ?? {}), () => parkAndTell(malady));
};
