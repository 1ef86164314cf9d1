import { eq } from "drizzle-orm";
import type { Queryable, Tx } from "../../shared/ports/database.ts";
import type { TimelineEntry } from "../domain/react.ts";
import { orderTimeline } from "./schema.ts";

export interface OrderTimelineEntry extends TimelineEntry {
  readonly orderId: string;
}

export const appendTimeline = async (tx: Tx, entries: readonly OrderTimelineEntry[]): Promise<void> => {
  if (entries.length === 0) return;
  await tx.insert(orderTimeline).values(
    entries.map(({ orderId, at, actor, what, cause }) => ({
      orderId,
      at,
      actorKind: actor.kind,
      actorId: actor.id,
      what,
      cause,
    })),
  );
};

/** Oldest first. */
export const readTimelineRows = async (db: Queryable, orderId: string): Promise<TimelineEntry[]> => {
  const rows = await db
    .select()
    .from(orderTimeline)
    .where(eq(orderTimeline.orderId, orderId))
    .orderBy(orderTimeline.id);
  return rows.map(({ at, actorKind, actorId, what, cause }) => ({
    at,
    actor: { kind: actorKind, id: actorId },
    what,
    cause,
  }));
};
