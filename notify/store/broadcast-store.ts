import { and, desc, eq, lt } from "drizzle-orm";
import { notFound } from "../../shared/kernel/errors.ts";
import { findReplay, remember, requestHash } from "../../shared/outbox/idempotency.ts";
import type { Database, Tx } from "../../shared/ports/database.ts";
import type { Broadcast } from "../domain/broadcast.ts";
import type { BroadcastStore, BroadcastWriter, IdempotentCall } from "../usecases/broadcast-ports.ts";
import { countReaders, freezeRecipients } from "./broadcast-audience.ts";
import { broadcastOf, rowOf } from "./broadcast-rows.ts";
import { broadcast } from "./broadcast-schema.ts";
import { suppressWaiting, takeBack } from "./broadcast-steps.ts";
import { readTally } from "./broadcast-tallies.ts";
import { enqueueDeliveries } from "./enqueue-deliveries.ts";

/** What is kept of a call with a key: its answer is the body, the status is the route's. */
const OK = 200;

const writerOver = (tx: Tx): BroadcastWriter => ({
  async add(draft) {
    await tx.insert(broadcast).values(rowOf(draft));
  },
  async enqueue(delivery, now) {
    await enqueueDeliveries(tx, [delivery], now);
  },
});

/** The answer of the same call before, or what `work` answers now. */
const once = async <Answer>(
  tx: Tx,
  { body, ...call }: IdempotentCall,
  work: (writer: BroadcastWriter) => Promise<Answer>,
) => {
  const request = { ...call, requestHash: requestHash(body) };
  const replay = await findReplay(tx, request);
  // It was this very answer that was remembered: the route is part of the key.
  if (replay !== null) return { answer: replay.body as Answer, replayed: true };
  const answer = await work(writerOver(tx));
  await remember(tx, { ...request, status: OK, body: answer });
  return { answer, replayed: false };
};

/** What waits of it and shall not be sent any more is out of the queue as soon as the decision stands. */
const emptyQueue = async (tx: Tx, { id, state }: Broadcast, now: Date): Promise<void> => {
  if (state === "paused") await takeBack(tx, id, now);
  if (state === "cancelled") await suppressWaiting(tx, id, now);
};

/** What the shop writes to many. */
export const createBroadcastStore = (database: Database): BroadcastStore => ({
  once: (call, work) =>
    database.transaction(async (tx) =>
      call === null ? { answer: await work(writerOver(tx)), replayed: false } : once(tx, call, work),
    ),

  async find(id) {
    const [row] = await database.db.select().from(broadcast).where(eq(broadcast.id, id));
    return row === undefined ? null : broadcastOf(row);
  },

  async list({ state, before, limit }) {
    const rows = await database.db
      .select()
      .from(broadcast)
      .where(
        and(
          state === undefined ? undefined : eq(broadcast.state, state),
          before === undefined ? undefined : lt(broadcast.id, before),
        ),
      )
      .orderBy(desc(broadcast.id))
      .limit(limit);
    return rows.map(broadcastOf);
  },

  change: (id, decide, now) =>
    database.transaction(async (tx) => {
      const [row] = await tx.select().from(broadcast).where(eq(broadcast.id, id)).for("update");
      if (row === undefined) throw notFound("broadcast");
      const before = broadcastOf(row);
      const decision = await decide(before, {
        freeze: (broadcastId, audience) => freezeRecipients(tx, broadcastId, audience),
      });
      if (decision.kind === "deleted") await tx.delete(broadcast).where(eq(broadcast.id, id));
      if (decision.kind !== "changed") return before;
      await tx.update(broadcast).set(rowOf(decision.broadcast)).where(eq(broadcast.id, id));
      await emptyQueue(tx, decision.broadcast, now);
      return decision.broadcast;
    }),

  tally: (id) => readTally(database.db, id),

  countAudience: (audience) => countReaders(database.db, audience),
});
