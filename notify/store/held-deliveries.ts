import { eq, sql } from "drizzle-orm";
import type { Queryable, Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { rankOf } from "../domain/lane.ts";
import { isHeldInQuietHours, verdictOn } from "../domain/preferences.ts";
import type { NewDelivery } from "../usecases/delivery-ports.ts";
import { preferenceColumns, preferencesOf } from "./preference-columns.ts";
import { chat, delivery, deliveryLane, preference } from "./schema.ts";
import { time } from "./time.ts";

/** The lane in which quiet hours hold things back. */
const HELD_LANE = rankOf("broadcast");

/**
 * When each of these goes out that quiet hours hold back now, by the delivery's id. Asks nothing of the database where none is of a
 * kind that is held.
 */
export const heldUntil = async (
  db: Queryable,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<ReadonlyMap<string, Date>> => {
  const held = deliveries.filter(({ notice }) => isHeldInQuietHours(notice));
  if (held.length === 0) return new Map();
  const rows = await db
    .select({ userId: preference.userId, timezone: chat.timezone, ...preferenceColumns })
    .from(preference)
    .innerJoin(chat, eq(chat.userId, preference.userId))
    .where(sql`${preference.userId} = any(${column(held, "uuid", ({ userId }) => userId)})`);
  const readers = new Map(
    rows.map(({ userId, timezone, ...row }) => [userId, { timezone, preferences: preferencesOf(row) }]),
  );
  return new Map(
    held.flatMap(({ id, userId, notice }): [string, Date][] => {
      const reader = readers.get(userId);
      const verdict = reader === undefined ? null : verdictOn(notice, reader, now);
      return verdict?.kind === "wait" ? [[id, verdict.until]] : [];
    }),
  );
};

/** Lets what quiet hours held back be looked at again: whether it still has to wait, the claim finds out. */
export const releaseHeld = async (tx: Tx, userId: string, now: Date): Promise<void> => {
  await tx.execute(sql`
    update ${delivery} set next_at = ${time(now)}
    where user_id = ${userId}::uuid and lane = ${HELD_LANE} and state = 'pending' and next_at > ${time(now)}`);
  await tx.execute(sql`
    update ${deliveryLane} set due_at = ${time(now)}
    where user_id = ${userId}::uuid and lane = ${HELD_LANE} and due_at > ${time(now)}`);
};
