import { and, eq, inArray, isNotNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Chat } from "../domain/chat.ts";
import { noPreferences } from "../domain/preferences.ts";
import type { ChatStore } from "../usecases/ports.ts";
import { preferenceColumns, preferencesOf } from "./preference-columns.ts";
import { chat, orderCard, preference, staffCard } from "./schema.ts";

const columns = {
  userId: chat.userId,
  kind: chat.kind,
  chatId: chat.chatId,
  state: chat.state,
  language: chat.language,
  timezone: chat.timezone,
  role: chat.role,
  userVersion: chat.userVersion,
};

const newsOf = (chats: readonly Chat[]): SQL => sql`unnest(
  ${column(chats, "uuid", ({ userId }) => userId)},
  ${column(chats, "bigint", ({ chatId }) => chatId)},
  ${column(chats, "text", ({ language }) => language)},
  ${column(chats, "text", ({ timezone }) => timezone)},
  ${column(chats, "text", ({ role }) => role)},
  ${column(chats, "int", ({ userVersion }) => userVersion)}
) as news(user_id, chat_id, language, timezone, role, user_version)`;

/** Takes Telegram accounts from the users who had them before, for news that will be accepted. */
const freeAccounts = (chats: readonly Chat[]): SQL => sql`
  update ${chat} as before set chat_id = null from ${newsOf(chats)}
  where before.chat_id = news.chat_id and before.user_id < news.user_id and not exists (
    select 1 from ${chat} as known where known.user_id = news.user_id
      and (known.state = 'deleted' or known.user_version >= news.user_version))`;

/**
 * Stores users that are newer than what is known, and answers the ids of these; one that was deleted stays so. A Telegram account
 * has one user at a time, and passes to another only after the first was deleted: of two who seem to have it, the news of that
 * is missing, and it belongs to the one who was made later, which ids tell (UUIDv7).
 */
export const saveChats = async (
  db: Queryable,
  chats: readonly Chat[],
  updatedAt: Date,
): Promise<string[]> => {
  if (chats.length === 0) return [];
  if (chats.some(({ chatId }) => chatId !== null)) await db.execute(freeAccounts(chats));
  const sameChat = sql`${chat.chatId} is not distinct from excluded.chat_id`;
  const { rows } = await db.execute<{ userId: string }>(sql`
    insert into ${chat} (user_id, chat_id, state, language, timezone, role, user_version, updated_at)
    select user_id,
      case when exists (
        select 1 from ${chat} as later where later.chat_id = news.chat_id and later.user_id > news.user_id
      ) then null else chat_id end,
      'active', language, timezone, role, user_version, ${updatedAt.toISOString()}::timestamptz
    from ${newsOf(chats)}
    on conflict (user_id) do update set
      chat_id = excluded.chat_id, language = excluded.language, timezone = excluded.timezone, role = excluded.role,
      state = case when ${sameChat} then ${chat.state} else excluded.state end,
      user_version = excluded.user_version, updated_at = excluded.updated_at
    where ${chat.userVersion} < excluded.user_version and ${chat.state} <> 'deleted'
    returning ${chat.userId} as "userId"`);
  return rows.map(({ userId }) => userId);
};

/** Remembers users who were deleted, with the version of that news and nothing else; answers the ids of those who were not yet. */
export const saveForgotten = async (
  db: Queryable,
  users: readonly { readonly userId: string; readonly version: number }[],
  updatedAt: Date,
): Promise<string[]> => {
  if (users.length === 0) return [];
  const { rows } = await db.execute<{ userId: string }>(sql`
    insert into ${chat} (user_id, chat_id, state, language, role, user_version, updated_at)
    select user_id, null, 'deleted', 'en', 'customer', user_version, ${updatedAt.toISOString()}::timestamptz
    from unnest(
      ${column(users, "uuid", ({ userId }) => userId)},
      ${column(users, "int", ({ version }) => version)}) as gone(user_id, user_version)
    on conflict (user_id) do update set
      chat_id = null, state = 'deleted', language = 'en', timezone = 'UTC', role = 'customer',
      user_version = excluded.user_version, updated_at = excluded.updated_at
    where ${chat.userVersion} < excluded.user_version
    returning ${chat.userId} as "userId"`);
  return rows.map(({ userId }) => userId);
};

export const createChatStore = (db: Queryable): ChatStore => ({
  async findRecipient(userId, orderId) {
    const found = db
      .select({
        chat: columns,
        card: { messageId: orderCard.messageId, version: orderCard.version },
        own: preferenceColumns,
      })
      .from(chat)
      .leftJoin(preference, eq(preference.userId, chat.userId))
      .leftJoin(
        orderCard,
        and(eq(orderCard.chatId, chat.chatId), sql`${orderCard.orderId} = ${orderId}::uuid`),
      );
    const [row] = await found.where(eq(chat.userId, userId));
    if (row === undefined) return null;
    const { own, ...recipient } = row;
    return { ...recipient, preferences: own === null ? noPreferences : preferencesOf(own) };
  },

  async findByTelegram(telegramUserId) {
    const [row] = await db.select(columns).from(chat).where(eq(chat.chatId, telegramUserId));
    return row ?? null;
  },

  async hearerIds({ roles, groups }) {
    const people = and(inArray(chat.role, [...roles]), eq(chat.kind, "private"));
    // In the words of the two partial indexes: neither is to be looked for among all customers.
    const theirs = and(people, ne(chat.role, "customer"));
    const found = groups ? or(theirs, eq(chat.kind, "group")) : theirs;
    const rows = await db
      .select({ userId: chat.userId })
      .from(chat)
      .where(and(found, eq(chat.state, "active"), isNotNull(chat.chatId)));
    return rows.map(({ userId }) => userId);
  },

  async apply(user, updatedAt) {
    await saveChats(db, [user], updatedAt);
  },

  async forget(userId, version, updatedAt) {
    await saveForgotten(db, [{ userId, version }], updatedAt);
  },

  async languageIn(chatId) {
    const [row] = await db.select({ language: chat.language }).from(chat).where(eq(chat.chatId, chatId));
    return row?.language ?? null;
  },

  async setLanguage(chatId, language, updatedAt) {
    await db.update(chat).set({ language, updatedAt }).where(eq(chat.chatId, chatId));
  },

  async setState(chatId, state, updatedAt) {
    await db
      .update(chat)
      .set({ state, updatedAt })
      .where(and(eq(chat.chatId, chatId), ne(chat.state, state), eq(chat.kind, "private")));
  },

  async moveChat(from, to, updatedAt) {
    const at = sql`${updatedAt.toISOString()}::timestamptz`;
    await db.execute(sql`
      with moved as (
        update ${chat} set chat_id = ${to}, updated_at = ${at}
        where chat_id = ${from} and not exists (select 1 from ${chat} where chat_id = ${to})),
      overtaken as (
        update ${chat} set state = 'deleted', chat_id = null, updated_at = ${at}
        where chat_id = ${from} and kind = 'group' and exists (select 1 from ${chat} where chat_id = ${to})
        returning user_id),
      choices as (delete from ${preference} p using overtaken o where p.user_id = o.user_id),
      staff_cards as (delete from ${staffCard} where chat_id = ${from})
      delete from ${orderCard} where chat_id = ${from}`);
  },

  async goneAmong(userIds) {
    if (userIds.length === 0) return new Set();
    const rows = await db
      .select({ userId: chat.userId })
      .from(chat)
      .where(and(inArray(chat.userId, [...userIds]), eq(chat.state, "deleted")));
    return new Set(rows.map(({ userId }) => userId));
  },
});
