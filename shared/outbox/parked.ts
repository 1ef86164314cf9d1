import { and, desc, eq, lt, sql } from "drizzle-orm";
import { eventEnvelopeSchema } from "../contracts/envelope.ts";
import { conflict, KioskError, notFound } from "../kernel/errors.ts";
import type { Database, Queryable, Tx } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { type AfterCommit, runAfterCommit } from "./event-handler.ts";
import { isAway, reasonOf } from "./failure.ts";
import type { Consumer } from "./inbox.ts";
import { parkedMessage } from "./schema.ts";

export type ParkedMessage = typeof parkedMessage.$inferSelect;
export type ParkedState = ParkedMessage["state"];

const LIST_MAX = 100;

export interface ListParkedOptions {
  readonly state?: ParkedState;
  readonly limit?: number;
  /** The last id of the page before. */
  readonly before?: string | undefined;
}

/** Parked messages, newest first; `nextBefore` is null on the last page. */
export const listParked = async (
  db: Queryable,
  { state = "parked", limit = LIST_MAX, before }: ListParkedOptions = {},
): Promise<{ items: ParkedMessage[]; nextBefore: string | null }> => {
  const size = Math.min(Math.max(limit, 1), LIST_MAX);
  const inState = eq(parkedMessage.state, state);
  const items = await db
    .select()
    .from(parkedMessage)
    .where(before === undefined ? inState : and(inState, lt(parkedMessage.id, before)))
    .orderBy(desc(parkedMessage.id))
    .limit(size);
  return { items, nextBefore: items.length === size ? (items.at(-1)?.id ?? null) : null };
};

/** How many messages wait for a person. */
export const countParked = async (db: Queryable): Promise<number> =>
  await db.$count(parkedMessage, eq(parkedMessage.state, "parked"));

const lockParked = async (tx: Tx, id: string): Promise<ParkedMessage> => {
  const [message] = await tx.select().from(parkedMessage).where(eq(parkedMessage.id, id)).for("update");
  if (message === undefined) throw notFound("parked message");
  if (message.state !== "parked") throw conflict(`This message has been ${message.state} already.`);
  return message;
};

const applyParked = async (tx: Tx, consumers: readonly Consumer[], id: string) => {
  const message = await lockParked(tx, id);
  const consumer = consumers.find(({ queue }) => queue === message.queue);
  if (consumer === undefined)
    throw conflict(`Nobody here consumes the queue ${message.queue}: drop the message.`);
  const event = eventEnvelopeSchema.safeParse(message.event);
  if (!event.success) throw conflict("This message is no event, so it cannot be replayed: drop it.");
  const after = await consumer.apply(event.data, tx);
  await tx
    .update(parkedMessage)
    .set({ state: "replayed", resolvedAt: sql`now()`, attempts: message.attempts + 1 })
    .where(eq(parkedMessage.id, id));
  return after;
};

const recordFailure = async ({ db }: Database, id: string, error: unknown): Promise<void> => {
  await db
    .update(parkedMessage)
    .set({ error: reasonOf(error), attempts: sql`${parkedMessage.attempts} + 1` })
    .where(and(eq(parkedMessage.id, id), eq(parkedMessage.state, "parked")));
};

export interface ReplayDeps {
  readonly database: Database;
  /** All consumers of this service: the message's queue picks one. */
  readonly consumers: readonly Consumer[];
  readonly log: Logger;
}

/**
 * Runs the handler of a parked message again, in one transaction with marking it `replayed`. Fails with `NOT_FOUND`, and
 * with `CONFLICT` when it is parked no longer, cannot be replayed, or its handler fails again (the reason is stored).
 */
export const replayParked =
  ({ database, consumers, log }: ReplayDeps) =>
  async (id: string): Promise<void> => {
    let after: AfterCommit | undefined;
    try {
      after = await database.transaction((tx) => applyParked(tx, consumers, id));
    } catch (error) {
      if (error instanceof KioskError || isAway(error)) throw error;
      await recordFailure(database, id, error);
      throw new KioskError("CONFLICT", `The message failed again: ${reasonOf(error)}`, { cause: error });
    }
    await runAfterCommit(after, log);
  };

/** Gives a parked message up, with a reason for the record. Fails with `NOT_FOUND` and `CONFLICT` as above. */
export const dropParked =
  ({ database }: { database: Database }) =>
  async (id: string, reason: string): Promise<void> => {
    await database.transaction(async (tx) => {
      await lockParked(tx, id);
      await tx
        .update(parkedMessage)
        .set({ state: "dropped", resolvedAt: sql`now()`, resolution: reason })
        .where(eq(parkedMessage.id, id));
    });
  };
