import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { ClaimedUpdate, StoredUpdate, UpdateInbox } from "../usecases/update-ports.ts";
import { telegramUpdate } from "./schema.ts";
import { milliseconds } from "./time.ts";

/** Telegram keeps an update for 24 h and may bring it again until then (Bot API, getUpdates). */
export const UPDATE_KEEP_HOURS = 25;
/** Rows of one DELETE; the next run takes the rest. */
const PRUNE_MAX = 50_000;

type Row = { update_id: string | number; payload: StoredUpdate; attempts: number };

const claimedOf = ({ update_id: id, payload, attempts }: Row): ClaimedUpdate => ({
  id: Number(id),
  update: payload,
  attempts,
});

/** As `jsonb` takes it, which has neither NUL nor half a character: one update of a stranger's must not keep out all that come with it. */
const storable = (update: StoredUpdate): string =>
  JSON.stringify(update, (_, value: unknown) =>
    typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : value,
  );

/**
 * The updates of a bot in its database. Claims go by the database's clock alone, since those who handle updates run on several machines.
 */
export const createUpdateStore = (db: Queryable, botId: string): UpdateInbox => ({
  async store(updates) {
    await db.execute(sql`
      insert into ${telegramUpdate} (bot_id, update_id, chat_id, payload)
      select ${botId}, * from unnest(
        ${column(updates, "bigint", ({ id }) => id)},
        ${column(updates, "bigint", ({ chatId }) => chatId)},
        ${column(updates, "jsonb", ({ update }) => storable(update))})
      on conflict do nothing`);
  },

  async claim(chats, claimMs) {
    // The oldest of each chat, so that nobody overtakes one that is being handled: its row is there until it is done.
    const { rows } = await db.execute<Row>(sql`
      with heads as materialized (
        select distinct on (chat_id) update_id from ${telegramUpdate}
        where bot_id = ${botId} and payload is not null order by chat_id, update_id),
      free as materialized (
        select update_id from ${telegramUpdate}
        where bot_id = ${botId} and update_id in (select update_id from heads) and payload is not null
          and (claimed_until is null or claimed_until < clock_timestamp())
        order by update_id limit ${chats} for update skip locked)
      update ${telegramUpdate} u
      set claimed_until = clock_timestamp() + ${milliseconds(claimMs)}, attempts = u.attempts + 1
      from free where u.bot_id = ${botId} and u.update_id = free.update_id
      returning u.update_id, u.payload, u.attempts`);
    return rows.map(claimedOf);
  },

  async keep(ids, claimMs) {
    await db.execute(sql`
      update ${telegramUpdate} set claimed_until = clock_timestamp() + ${milliseconds(claimMs)}
      where bot_id = ${botId} and update_id = any(${column(ids, "bigint", (id) => id)}) and payload is not null`);
  },

  async done(ids) {
    await db.execute(sql`
      update ${telegramUpdate} set payload = null, chat_id = null, claimed_until = null
      where bot_id = ${botId} and update_id = any(${column(ids, "bigint", (id) => id)})`);
  },

  async waiting() {
    const { rows } = await db.execute<{ count: number; seconds: number }>(sql`
      select count(*)::int as count,
        coalesce(extract(epoch from clock_timestamp() - min(received_at)), 0)::float8 as seconds
      from ${telegramUpdate} where bot_id = ${botId} and payload is not null`);
    const [row] = rows;
    return { count: row?.count ?? 0, oldestSeconds: row?.seconds ?? 0 };
  },
});

/** Forgets updates that cannot come again; one that nobody could handle for so long goes as well. */
export const pruneUpdates = async (db: Queryable): Promise<void> => {
  await db.execute(sql`
    delete from ${telegramUpdate} where ctid in (
      select ctid from ${telegramUpdate}
      where received_at < clock_timestamp() - ${UPDATE_KEEP_HOURS}::int * interval '1 hour'
      limit ${PRUNE_MAX} for update skip locked)`);
};
