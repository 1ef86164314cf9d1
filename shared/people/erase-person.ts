import { and, eq, sql } from "drizzle-orm";
import type { ErasePersonAnswer, ErasePersonRequest, KeptData } from "../contracts/internal-people.ts";
import type { Clock } from "../kernel/clock.ts";
import { conflict } from "../kernel/errors.ts";
import type { Database, Tx } from "../ports/database.ts";
import { erasedPerson } from "./schema.ts";

/**
 * What began before the first look may store something of the person behind its back: a request lasts 3 s at most, a
 * statement 3 s, and an event is handled anew for 7 s before it is parked. Only a look that comes later says "done".
 */
export const SETTLE_MS = 10_000;

/** Who is erased, and whether this is the first look: what is known by a chat alone may belong to somebody new afterwards. */
export interface PersonToErase extends ErasePersonRequest {
  readonly userId: string;
  readonly isFirstLook: boolean;
  readonly now: Date;
}

export interface ErasingResult {
  /** What went, by its name. */
  readonly erased?: Readonly<Record<string, number>>;
  readonly kept?: readonly KeptData[];
  /** Something is still needed: look again after so many seconds. */
  readonly lookAgainSeconds?: number;
}

/** Erases one kind of data within the transaction. It runs at every look, and a look at nothing changes nothing. */
export type EraseStep = (tx: Tx, person: PersonToErase) => Promise<ErasingResult>;

const begin = async (tx: Tx, userId: string, erasureId: string, now: Date) => {
  const inserted = await tx
    .insert(erasedPerson)
    .values({ userId, erasureId, begunAt: now })
    .onConflictDoNothing()
    .returning({
      begunAt: erasedPerson.begunAt,
      erasureId: erasedPerson.erasureId,
      erased: erasedPerson.erased,
    });
  if (inserted[0] !== undefined) return { ...inserted[0], isFirstLook: true };
  const [known] = await tx.select().from(erasedPerson).where(eq(erasedPerson.userId, userId)).for("update");
  if (known === undefined || known.erasureId !== erasureId)
    throw conflict("This person is being erased under another id.");
  return { ...known, isFirstLook: false };
};

const added = (before: Readonly<Record<string, number>>, results: readonly ErasingResult[]) => {
  const sums = new Map(Object.entries(before));
  for (const { erased = {} } of results)
    for (const [what, count] of Object.entries(erased)) sums.set(what, (sums.get(what) ?? 0) + count);
  return Object.fromEntries(sums);
};

export interface ErasePersonOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly steps: readonly EraseStep[];
}

/**
 * One look at a person who is to be erased: all steps in one transaction, so that a crash leaves it undone as a whole. Idempotent
 * by erasure id. Fails with `CONFLICT` under another id.
 */
export const createErasePerson =
  ({ database, clock, steps }: ErasePersonOptions) =>
  (userId: string, request: ErasePersonRequest): Promise<ErasePersonAnswer> =>
    database.transaction(async (tx) => {
      const now = clock.now();
      const { begunAt, isFirstLook, erased: before } = await begin(tx, userId, request.erasureId, now);
      const results: ErasingResult[] = [];
      for (const step of steps) results.push(await step(tx, { ...request, userId, isFirstLook, now }));
      const erased = added(before, results);
      await tx
        .update(erasedPerson)
        .set({ erased: sql`${JSON.stringify(erased)}::jsonb` })
        .where(and(eq(erasedPerson.userId, userId)));
      const settlesInMs = begunAt.getTime() + SETTLE_MS - now.getTime();
      const waits = [Math.ceil(settlesInMs / 1000), ...results.map((result) => result.lookAgainSeconds ?? 0)];
      const wait = Math.max(...waits);
      return {
        state: wait > 0 ? "waiting" : "done",
        retryAfterSeconds: wait > 0 ? wait : null,
        erased: Object.entries(erased).flatMap(([what, count]) => (count > 0 ? [{ what, count }] : [])),
        kept: results.flatMap(({ kept = [] }) => kept),
      };
    });
