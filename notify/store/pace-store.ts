import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { FLOOD_WAIT_SECONDS, FLOOD_WITHIN_MS, type Paces } from "../domain/pace.ts";
import type { PaceStore } from "../usecases/delivery-ports.ts";
import { botPace, chat, chatPace } from "./schema.ts";
import { milliseconds, time } from "./time.ts";

const MS_PER_SECOND = 1_000;
/** Rows that one pruning removes; the next one takes the rest. */
const PRUNE_MAX = 500;

/** What all instances know of the pace of one bot. */
export const createPaceStore = (db: Queryable, botId: string, paces: Paces): PaceStore => ({
  async open(now) {
    await db.insert(botPace).values({ botId, usedUntil: now, pausedUntil: now }).onConflictDoNothing();
  },

  async spend(now) {
    if (paces.token.everyMs === 0) return;
    await db.execute(sql`
      update ${botPace} set used_until = greatest(used_until, ${time(now)}) + ${milliseconds(paces.token.everyMs)}
      where bot_id = ${botId}`);
  },

  async flooded(chatId, seconds, now) {
    const until = sql`${time(now)} + ${milliseconds(seconds * MS_PER_SECOND)}`;
    const isTwice = sql`flooded_chat <> ${chatId} and flooded_at > ${time(now)} - ${milliseconds(FLOOD_WITHIN_MS)}`;
    await db.execute(sql`
      with paused_chat as (
        insert into ${chatPace} (user_id, used_until, held_until)
        select user_id, ${until} + ${milliseconds(paces.chatAheadMs)}, ${time(now)} from ${chat} where chat_id = ${chatId}
        on conflict (user_id) do update set used_until = greatest(${chatPace}.used_until, excluded.used_until))
      update ${botPace} set
        paused_until = case when ${seconds}::float8 >= ${FLOOD_WAIT_SECONDS} or (${isTwice})
          then greatest(paused_until, ${until}) else paused_until end,
        flooded_chat = ${chatId}, flooded_at = ${time(now)}
      where bot_id = ${botId}`);
  },

  async prune(now) {
    await db.execute(sql`
      delete from ${chatPace} where user_id in (
        select user_id from ${chatPace} where used_until <= ${time(now)} and held_until <= ${time(now)}
        limit ${PRUNE_MAX} for update skip locked)`);
  },
});
