import { and, eq, isNotNull, ne, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { ChatStore } from "../usecases/ports.ts";
import { chat, orderCard } from "./schema.ts";

const columns = {
  userId: chat.userId,
  chatId: chat.chatId,
  state: chat.state,
  language: chat.language,
  role: chat.role,
  userVersion: chat.userVersion,
};

export const createChatStore = (db: Queryable): ChatStore => ({
  async findRecipient(userId, orderId) {
    const found = db
      .select({ chat: columns, card: { messageId: orderCard.messageId, version: orderCard.version } })
      .from(chat)
      .leftJoin(
        orderCard,
        and(eq(orderCard.chatId, chat.chatId), sql`${orderCard.orderId} = ${orderId}::uuid`),
      );
    const [row] = await found.where(eq(chat.userId, userId));
    return row ?? null;
  },

  async adminIds() {
    const rows = await db
      .select({ userId: chat.userId })
      .from(chat)
      .where(and(eq(chat.role, "admin"), eq(chat.state, "active"), isNotNull(chat.chatId)));
    return rows.map(({ userId }) => userId);
  },

  async apply(user, updatedAt) {
    if (user.chatId !== null) {
      // A Telegram account belongs to the user who was told of last: the one before may be deleted only afterwards.
      await db
        .update(chat)
        .set({ chatId: null })
        .where(and(eq(chat.chatId, user.chatId), ne(chat.userId, user.userId)));
    }
    const sameChat = sql`${chat.chatId} is not distinct from excluded.chat_id`;
    await db
      .insert(chat)
      .values({ ...user, updatedAt })
      .onConflictDoUpdate({
        target: chat.userId,
        set: {
          chatId: sql`excluded.chat_id`,
          state: sql`case when ${sameChat} then ${chat.state} else excluded.state end`,
          language: sql`excluded.language`,
          role: sql`excluded.role`,
          userVersion: sql`excluded.user_version`,
          updatedAt,
        },
        setWhere: sql`${chat.userVersion} < excluded.user_version and ${chat.state} <> 'deleted'`,
      });
  },

  async forget(userId, userVersion, updatedAt) {
    const gone = { chatId: null, state: "deleted", role: "customer", userVersion, updatedAt } as const;
    await db
      .insert(chat)
      .values({ userId, language: "en", ...gone })
      .onConflictDoUpdate({ target: chat.userId, set: { ...gone, language: "en" } });
  },

  async setState(chatId, state, updatedAt) {
    await db
      .update(chat)
      .set({ state, updatedAt })
      .where(and(eq(chat.chatId, chatId), ne(chat.state, state)));
  },
});
