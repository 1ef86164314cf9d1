import { sql } from "drizzle-orm";
import type { Clock } from "../kernel/clock.ts";
import type { Database, Tx } from "../ports/database.ts";
import { column } from "../sql/column.ts";
import { isAway } from "./failure.ts";
import { inbox, inboxAttempt } from "./schema.ts";

// A handler that throws is repeated and parked. One that ends the process (a fault of the runtime, no memory left) leaves
// nothing behind that could count, and its message would come for ever. So an event that comes again is marked before it is
// handled, in a transaction of its own, and the mark goes with the effect. What comes for the first time is not marked.

/** Processes that may end while they handle an event, before it is parked. */
export const HANDLINGS_MAX = 5;
/** Whoever had it before has begun as well. */
const SECOND_HANDLING = 2;

/** The life of this process. */
const THIS_PROCESS = crypto.randomUUID();

/** An event during whose handling processes have ended, time after time. */
export class DeadlyEvent extends Error {
  override readonly name = "DeadlyEvent";
  constructor() {
    super(
      `${HANDLINGS_MAX} times its handling was begun and not ended: the process ended, or was ended, meanwhile.`,
    );
  }
}

interface Marked {
  readonly eventId: string;
}

export interface QuarantineOptions {
  readonly database: Database;
  readonly queue: string;
  readonly clock: Clock;
  /** The life of a process, by which one is told from the next. */
  readonly process?: string;
}

/** Counts this process, unless it is counted already. Null when the event is done: nothing is marked then. */
const mark = async (options: QuarantineOptions, { eventId }: Marked): Promise<number | null> => {
  const { database, queue, clock, process = THIS_PROCESS } = options;
  const { rows } = await database.transaction((tx) =>
    tx.execute<{ attempts: number }>(sql`
      insert into ${inboxAttempt} as a (queue, event_id, attempts, process, begun_at)
      select ${queue}, ${eventId}::uuid, ${SECOND_HANDLING}::int, ${process}::uuid,
        ${clock.now().toISOString()}::timestamptz
      where not exists (select 1 from ${inbox} where queue = ${queue} and event_id = ${eventId}::uuid)
      on conflict (queue, event_id) do update set process = excluded.process, begun_at = excluded.begun_at,
        attempts = a.attempts + (a.process is distinct from excluded.process)::int
      returning attempts`),
  );
  return rows[0]?.attempts ?? null;
};

/** An outage is no attempt. Where the mark stays nevertheless, this process is not counted a second time. */
const withdraw = async ({ database, queue }: QuarantineOptions, { eventId }: Marked): Promise<void> => {
  await database.transaction((tx) =>
    tx.execute(sql`
      update ${inboxAttempt} set attempts = attempts - 1, process = null
      where queue = ${queue} and event_id = ${eventId}::uuid and process is not null`),
  );
};

/** Takes the marks away, in the transaction of the effect. */
export const forgetAttempts = async (tx: Tx, queue: string, items: readonly Marked[]): Promise<void> => {
  if (items.length === 0) return;
  await tx.execute(sql`
    delete from ${inboxAttempt}
    where queue = ${queue} and event_id = any(${column(items, "uuid", ({ eventId }) => eventId.toLowerCase())})`);
};

/** A process ends as a whole: events of all its queues take turns, so that only the one being handled is suspected. */
let turn: Promise<unknown> = Promise.resolve();

const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
};

/**
 * Handles an event that has come again: alone among those of this process, under a mark. Null when it has been handled
 * already. Fails with `DeadlyEvent` when it is to be parked unhandled, and as `work` does.
 */
export const createQuarantine =
  (options: QuarantineOptions) =>
  <Item extends Marked, R>(item: Item, work: (item: Item) => Promise<R>): Promise<R | null> =>
    inTurn(async () => {
      const attempts = await mark(options, item);
      if (attempts === null) return null;
      if (attempts > HANDLINGS_MAX) throw new DeadlyEvent();
      try {
        return await work(item);
      } catch (error) {
        if (isAway(error)) await withdraw(options, item).catch(() => undefined);
        throw error;
      }
    });
