import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { MenuChange, MenuStore } from "../usecases/menu-ports.ts";
import { chat, preference } from "./schema.ts";
import { chatMenu } from "./staff-schema.ts";
import { time } from "./time.ts";

/** Those of private chats of the shop's people, in the language of their messages; a group has no menu of its own. */
const wanted = sql`
  select c.chat_id, c.user_id, coalesce(p.language, c.language) as language
  from ${chat} c left join ${preference} p on p.user_id = c.user_id
  where c.role <> 'customer' and c.kind = 'private' and c.state = 'active' and c.chat_id is not null`;

/** A menu that is to go is told of as one without a language. */
export const createMenuStore = (db: Queryable): MenuStore => ({
  async outdated(now, limit) {
    const { rows } = await db.execute<{ chat_id: string; user_id: string; language: string | null }>(sql`
      select coalesce(w.chat_id, m.chat_id) as chat_id, coalesce(w.user_id, m.user_id) as user_id, w.language
      from (${wanted}) w full join ${chatMenu} m on m.chat_id = w.chat_id
      where (m.retry_at is null or m.retry_at <= ${time(now)})
        and (w.language is distinct from m.language or w.user_id is distinct from m.user_id)
        and not (w.chat_id is null and exists (
          select 1 from ${chat} b where b.user_id = m.user_id and b.chat_id = m.chat_id
            and b.role <> 'customer' and b.state = 'blocked'))
      order by 1 limit ${limit}`);
    return rows.map(({ chat_id: chatId, user_id: userId, language }) => ({
      chatId: Number(chatId),
      userId,
      language,
    }));
  },

  async done({ chatId, userId, language }) {
    if (language === null) {
      await db.delete(chatMenu).where(and(eq(chatMenu.chatId, chatId), eq(chatMenu.userId, userId)));
      return;
    }
    await db
      .insert(chatMenu)
      .values({ chatId, userId, language })
      .onConflictDoUpdate({ target: chatMenu.chatId, set: { userId, language, retryAt: null } });
  },

  async refused({ chatId, userId, language }: MenuChange, retryAt) {
    // A chat that is gone has no menu that could be taken away.
    if (language === null) {
      await db.delete(chatMenu).where(eq(chatMenu.chatId, chatId));
      return;
    }
    await db
      .insert(chatMenu)
      .values({ chatId, userId, language: null, retryAt })
      .onConflictDoUpdate({ target: chatMenu.chatId, set: { userId, language: null, retryAt } });
  },
});
