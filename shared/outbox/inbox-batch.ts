import { type SQL, sql } from "drizzle-orm";
import type { Clock } from "../kernel/clock.ts";
import { unavailable } from "../kernel/errors.ts";
import { refused, type Settled, settled } from "../kernel/settled.ts";
import type { Database, Tx } from "../ports/database.ts";
import { column } from "../sql/column.ts";
import { statement } from "../sql/statement.ts";
import { type AfterCommit, runHandler } from "./event-handler.ts";
import { isAway, isContended, isInFailedTransaction } from "./failure.ts";
import { type InboxItem, type InboxRun, type RunOutcome, runsOf } from "./inbox-runs.ts";
import { forgetAttempts } from "./quarantine.ts";
import { inbox } from "./schema.ts";

/**
 * How long one transaction goes on taking events: it holds their row locks, and others wait 500 ms for a lock
 * (`postgresLimits.lockTimeoutMs`) before they give up.
 */
const TRANSACTION_MS = 150;

export interface InboxResult {
  readonly outcome: RunOutcome;
  /** What a batch handler wants done for all of its events is with the first of them. */
  readonly after?: AfterCommit | undefined;
}

export interface InboxBatchOptions {
  readonly database: Database;
  readonly queue: string;
  readonly clock: Clock;
  readonly transactionMs?: number;
}

/**
 * `suspects`: the places of the items whose handler failed, one of which is to blame; none when the transaction itself
 * failed.
 */
type Attempt = { readonly results: InboxResult[] } | Failure;
type Failure = { readonly error: unknown; readonly suspects: readonly number[] };

export interface InboxBatches {
  /**
   * Handles the items in order, in as few transactions as it can, and answers an outcome for each. An item whose
   * handler fails is refused with its error and leaves the others alone; later ones of its subject are refused with
   * `UNAVAILABLE`, also in later batches, until `forgive`. Items that follow each other and share a batch handler are
   * given to it together, and in halves when it fails.
   */
  readonly run: (items: readonly InboxItem[]) => Promise<readonly Settled<InboxResult>[]>;
  /** One item in a transaction of its own; fails as that does. */
  readonly runAlone: (item: InboxItem) => Promise<InboxResult>;
  /** The failed item is done, or has gone back to its queue: its subject may go on. */
  readonly forgive: (item: InboxItem) => void;
}

/** PostgreSQL writes a uuid in small letters. */
const idOf = ({ eventId }: InboxItem) => eventId.toLowerCase();

interface Handled {
  readonly queue: string;
  readonly items: readonly InboxItem[];
  readonly at: Date;
}

const record = (turn: (queue: SQL) => SQL) =>
  statement<Handled>(({ rows, value }) => {
    const queue = sql`${value((handled) => handled.queue)}::text`;
    return sql`
    with turn as materialized (${turn(queue)})
    insert into ${inbox} (queue, event_id, handled_at)
    select ${queue}, id, ${value(({ at }) => at.toISOString())}::timestamptz
    from turn, unnest(${rows("items")("uuid", idOf)}) as id
    on conflict do nothing
    returning event_id as id`;
  });
const recordOne = record(() => sql`select 1`);
/** Several take turns with those of other instances: two batches that change the same rows, each in its own order, would end in a deadlock. */
const recordSeveral = record((queue) => sql`select pg_advisory_xact_lock(hashtextextended(${queue}, 0))`);

/** Records the events as handled, and answers the ids that had not been. */
const recordHandled = async (tx: Tx, handled: Handled): Promise<Set<string>> => {
  const recording = handled.items.length > 1 ? recordSeveral : recordOne;
  const { rows } = await tx.execute<{ id: string }>(recording(handled));
  return new Set(rows.map((row) => row.id));
};

const forgetHandled = async (tx: Tx, queue: string, items: readonly InboxItem[]) => {
  if (items.length === 0) return;
  await tx.execute(sql`
    delete from ${inbox} where queue = ${queue} and event_id = any(${column(items, "uuid", idOf)})`);
};

const runTogether = async ({ outcomes, handlings }: InboxRun, tx: Tx): Promise<InboxResult[]> => {
  const after = await runHandler(handlings, tx);
  const first = outcomes.indexOf("handled");
  return outcomes.map((outcome, i) => (i === first ? { outcome, after } : { outcome }));
};

/** One transaction: the inbox rows, then the handlers in order. Its results are fewer than the items when time ran out. */
const createAttempt =
  ({ database, queue, clock, transactionMs = TRANSACTION_MS }: InboxBatchOptions) =>
  async (items: readonly InboxItem[]): Promise<Attempt> => {
    let suspects: readonly number[] = [];
    const work = async (tx: Tx) => {
      suspects = [];
      const begin = performance.now();
      const unhandled = await recordHandled(tx, { queue, items, at: clock.now() });
      // The first copy of an event takes its id out, so that the next one is a duplicate.
      const isNew = items.map((item) => unhandled.delete(idOf(item)));
      const results: InboxResult[] = [];
      for (const run of runsOf(items, isNew)) {
        if (results.length > 0 && performance.now() - begin > transactionMs) break;
        suspects = run.places;
        results.push(...(await runTogether(run, tx)));
      }
      suspects = [];
      const isLeft = (_: InboxItem, place: number) => place >= results.length && isNew[place] === true;
      await forgetHandled(tx, queue, items.filter(isLeft));
      await forgetAttempts(
        tx,
        queue,
        items.filter(({ again }) => again),
      );
      return results;
    };
    try {
      return { results: await database.transaction(work) };
    } catch (error) {
      return { error, suspects: isInFailedTransaction(error) ? [] : suspects };
    }
  };

/**
 * What is left to do after a failed transaction, first things first, and who is refused. With the culprit known, those
 * before it and those after it go on without it. Several suspects go on in halves, between those before them and the
 * rest, so that the culprit is found in few transactions; what stood among them has no effect, so it may come after. A lock that was not to be had, or a commit that failed,
 * may be due to the company: then each goes on alone. A database that is away refuses everybody (null).
 */
const partsAfter = (
  part: readonly number[],
  { error, suspects }: Failure,
): { failed?: number | undefined; parts: (readonly number[])[] } | null => {
  const contended = isContended(error);
  const [first] = suspects;
  if (first === undefined && isAway(error) && !contended) return null;
  if (part.length > 1 && (first === undefined || contended)) return { parts: part.map((place) => [place]) };
  const at = first ?? 0;
  const before = part.slice(0, at);
  if (suspects.length <= 1) return { failed: part[at], parts: [before, part.slice(at + 1)] };
  const under = suspects.flatMap((suspect) => part[suspect] ?? []);
  const middle = under.length >> 1;
  const suspected = new Set(suspects);
  const rest = part.filter((_, i) => i > at && !suspected.has(i));
  return { parts: [before, under.slice(0, middle), under.slice(middle), rest] };
};

const behind = () =>
  unavailable("An earlier event of the same subject has failed: this one goes back to its queue.");

/** The items of one run by their places, what became of them, and which may still be handled. */
const createRound = (items: readonly InboxItem[], failing: Map<string, InboxItem>) => {
  const outcomes = items.map((): Settled<InboxResult> => refused(behind()));
  // By subject: the place from which on nothing of it is handled.
  const stopsAt = new Map<string, number>();
  for (const { subject } of items) if (failing.has(subject)) stopsAt.set(subject, 0);
  return {
    outcomes,
    itemsAt: (places: readonly number[]) => places.flatMap((place) => items[place] ?? []),
    isDue: (place: number) => place < (stopsAt.get(items[place]?.subject ?? "") ?? items.length),
    succeed(places: readonly number[], results: readonly InboxResult[]) {
      for (const [i, result] of results.entries()) outcomes[places[i] ?? 0] = settled(result);
    },
    refuse(places: readonly number[], error: unknown) {
      for (const place of places) outcomes[place] = refused(error);
    },
    /** An item's own failure: its subject stops. */
    fail(place: number, error: unknown) {
      const item = items[place];
      if (item === undefined) return;
      outcomes[place] = refused(error);
      stopsAt.set(item.subject, place);
      failing.set(item.subject, item);
    },
  };
};

/** The batched inbox of one queue. */
export const createInboxBatches = (options: InboxBatchOptions): InboxBatches => {
  const attempt = createAttempt(options);
  /** Subjects whose event has failed and is not done yet. */
  const failing = new Map<string, InboxItem>();

  const run = async (items: readonly InboxItem[]) => {
    const round = createRound(items, failing);
    const parts: (readonly number[])[] = [[...items.keys()]];
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const due = part.filter(round.isDue);
      if (due.length === 0) continue;
      const tried = await attempt(round.itemsAt(due));
      if ("results" in tried) {
        round.succeed(due, tried.results);
        parts.unshift(due.slice(tried.results.length));
        continue;
      }
      const next = partsAfter(due, tried);
      if (next === null) {
        round.refuse([...due, ...parts.flat()], tried.error);
        break;
      }
      if (next.failed !== undefined) round.fail(next.failed, tried.error);
      parts.unshift(...next.parts);
    }
    return round.outcomes;
  };

  return {
    run,
    async runAlone(item) {
      const tried = await attempt([item]);
      if ("error" in tried) throw tried.error;
      const [result] = tried.results;
      if (result === undefined) throw new Error("the inbox gave no result for its item");
      return result;
    },
    forgive(item) {
      if (failing.get(item.subject) === item) failing.delete(item.subject);
    },
  };
};
