import { and, desc, eq, lt, sql } from "drizzle-orm";
import { type EventEnvelope, eventEnvelopeSchema } from "../contracts/envelope.ts";
import { conflict, KioskError, notFound } from "../kernel/errors.ts";
import type { Database, Queryable, Tx } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { type AfterCommit, runAfterCommit } from "./event-handler.ts";
import { isAway, isContended, reasonOf } from "./failure.ts";
import type { Consumer } from "./inbox.ts";
import { parkedMessage } from "./schema.ts";

export type ParkedMessage = typeof parkedMessage.$inferSelect;
export type ParkedState = ParkedMessage["state"];

const LIST_MAX = 100;

export interface ListParkedOptions {
  readonly state?: ParkedState;
  /** Of this queue; of all where it is missing. */
  readonly queue?: string | undefined;
  readonly limit?: number;
  /** The last id of the page before. */
  readonly before?: string | undefined;
}

/** Parked messages, newest first; `nextBefore` is null on the last page. */
export const listParked = async (
  db: Queryable,
  { state = "parked", queue, limit = LIST_MAX, before }: ListParkedOptions = {},
): Promise<{ items: ParkedMessage[]; nextBefore: string | null }> => {
  const size = Math.min(Math.max(limit, 1), LIST_MAX);
  const found = await db
    .select()
    .from(parkedMessage)
    .where(
      and(
        eq(parkedMessage.state, state),
        queue === undefined ? undefined : eq(parkedMessage.queue, queue),
        before === undefined ? undefined : lt(parkedMessage.id, before),
      ),
    )
    .orderBy(desc(parkedMessage.id))
    .limit(size + 1);
  const items = found.slice(0, size);
  return { items, nextBefore: found.length > size ? (items.at(-1)?.id ?? null) : null };
};

/** Messages that wait for a person: of one queue, or of all. */
export const isWaiting = (queue: string | undefined) =>
  and(eq(parkedMessage.state, "parked"), queue === undefined ? undefined : eq(parkedMessage.queue, queue));

/** How many messages wait for a person. */
export const countParked = async (db: Queryable, queue?: string): Promise<number> =>
  await db.$count(parkedMessage, isWaiting(queue));

const lockParked = async (tx: Tx, id: string): Promise<ParkedMessage> => {
  const [message] = await tx.select().from(parkedMessage).where(eq(parkedMessage.id, id)).for("update");
  if (message === undefined) throw notFound("parked message");
  if (message.state !== "parked") throw conflict(`This message has been ${message.state} already.`);
  return message;
};

/** Ends the waiting of a locked message. */
const resolveParked = async (
  tx: Tx,
  id: string,
  change: Pick<ParkedMessage, "state"> & Partial<Pick<ParkedMessage, "resolution">>,
): Promise<ParkedMessage> => {
  const [message] = await tx
    .update(parkedMessage)
    .set({ ...change, resolvedAt: sql`now()` })
    .where(eq(parkedMessage.id, id))
    .returning();
  if (message === undefined) throw notFound("parked message");
  return message;
};

/** The handler's own failure, whatever it threw: a refusal of ours looks different. */
class HandlerFailed extends Error {
  override readonly name = "HandlerFailed";
}

const applyEvent = async (consumer: Consumer, event: EventEnvelope, tx: Tx) => {
  try {
    return await consumer.apply(event, tx);
  } catch (cause) {
    if (isAway(cause) || isContended(cause)) throw cause;
    throw new HandlerFailed("the handler failed", { cause });
  }
};

const applyParked = async (tx: Tx, consumers: readonly Consumer[], id: string) => {
  const message = await lockParked(tx, id);
  const consumer = consumers.find(({ queue }) => queue === message.queue);
  if (consumer === undefined)
    throw conflict(`Nobody here consumes the queue ${message.queue}: drop the message.`);
  const event = eventEnvelopeSchema.safeParse(message.event);
  if (!event.success) throw conflict("This message is no event, so it cannot be replayed: drop it.");
  const after = await applyEvent(consumer, event.data, tx);
  return { after, message: await resolveParked(tx, id, { state: "replayed" }) };
};

/** Before the attempt and by itself, so that one which ends the process counts as well. Nothing where it waits no longer. */
const countAttempt = async ({ db }: Database, id: string): Promise<void> => {
  await db
    .update(parkedMessage)
    .set({ attempts: sql`${parkedMessage.attempts} + 1` })
    .where(and(eq(parkedMessage.id, id), eq(parkedMessage.state, "parked")));
};

const recordFailure = async ({ db }: Database, id: string, reason: string): Promise<void> => {
  await db
    .update(parkedMessage)
    .set({ error: reason })
    .where(and(eq(parkedMessage.id, id), eq(parkedMessage.state, "parked")));
};

export interface ReplayDeps {
  readonly database: Database;
  /** All consumers of this service: the message's queue picks one. */
  readonly consumers: readonly Consumer[];
  readonly log: Logger;
}

/** A lock that was not to be had says nothing about the message. */
const contended = (cause: unknown) =>
  new KioskError("CONFLICT", "Somebody else is in the way of this message just now: try again.", {
    retryAfterSeconds: 1,
    cause,
  });

/**
 * Runs the handler of a parked message again, in one transaction with marking it `replayed`, and answers what it is then.
 * Fails with `NOT_FOUND`, and with `CONFLICT` when it is parked no longer, cannot be replayed, others hold its locks, or
 * its handler fails again (the reason is stored).
 */
export const replayParked =
  ({ database, consumers, log }: ReplayDeps) =>
  async (id: string): Promise<ParkedMessage> => {
    let applied: { readonly after: AfterCommit | undefined; readonly message: ParkedMessage };
    try {
      await countAttempt(database, id);
      applied = await database.transaction((tx) => applyParked(tx, consumers, id));
    } catch (error) {
      if (isContended(error)) throw contended(error);
      if (error instanceof KioskError) throw error;
      const reason = reasonOf(error instanceof HandlerFailed ? error.cause : error);
      await recordFailure(database, id, reason);
      throw new KioskError("CONFLICT", `The message failed again: ${reason}`, { cause: error });
    }
    await runAfterCommit(applied.after, log);
    return applied.message;
  };

/** Gives a parked message up, with a reason for the record. Fails with `NOT_FOUND` and `CONFLICT` as above. */
export const dropParked =
  ({ database }: { database: Database }) =>
  async (id: string, reason: string): Promise<ParkedMessage> => {
    const drop = async (tx: Tx) => {
      await lockParked(tx, id);
      return resolveParked(tx, id, { state: "dropped", resolution: reason });
    };
    return database.transaction(drop).catch((error: unknown) => {
      throw isContended(error) ? contended(error) : error;
    });
  };
