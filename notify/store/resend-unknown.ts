import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { RESEND_UNKNOWN_AFTER_MS } from "../domain/delivery.ts";
import { openLanes } from "./lane-rows.ts";
import { delivery } from "./schema.ts";
import { milliseconds, time } from "./time.ts";

/** Rows that are put back at once; the next time takes the rest. */
const RESEND_MAX = 500;

/** Messages of the bot that somebody waits for; what goes to many may be missed, and must not be doubled. */
const isWorthIt: SQL = sql`class in ('transactional', 'admin_alert') and channel = 'telegram'`;

/**
 * Puts messages back into the queue that are unknown for half a minute, each once in its life: the person may get it twice. Only where the shop
 * has said that it would rather have that than a message that is missing. Answers how many.
 */
export const resendUnknown = async (db: Queryable, now: Date): Promise<number> => {
  const { rows } = await db.execute<{ user_id: string; lane: number }>(sql`
    update ${delivery} d set state = 'pending', next_at = ${time(now)}, resent_at = ${time(now)}, updated_at = ${time(now)}
    from (
      select id from ${delivery}
      where state = 'unknown' and resent_at is null and expires_at > ${time(now)} and ${isWorthIt}
        and updated_at <= ${time(now)} - ${milliseconds(RESEND_UNKNOWN_AFTER_MS)}
      limit ${RESEND_MAX} for update skip locked) due
    where d.id = due.id
    returning d.user_id, d.lane`);
  await openLanes(
    db,
    rows.map(({ user_id: userId, lane }) => ({ userId, lane })),
    now,
  );
  return rows.length;
};
