import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { BindStore, CodeMessageStore } from "../usecases/ports.ts";
import { codeMessage, telegramBind } from "./schema.ts";

/** A message older than this cannot be edited to any use: its code has long expired. */
const CODE_MESSAGE_KEEP = sql`interval '1 day'`;

export const createBindStore = (db: Queryable): BindStore => ({
  async expect(chatId, expiresAt) {
    await db
      .insert(telegramBind)
      .values({ chatId, expiresAt })
      .onConflictDoUpdate({ target: telegramBind.chatId, set: { expiresAt } });
  },
  async isExpected(chatId, now) {
    const found = await db
      .select({ chatId: telegramBind.chatId })
      .from(telegramBind)
      .where(and(eq(telegramBind.chatId, chatId), gt(telegramBind.expiresAt, now)));
    return found.length > 0;
  },
  async done(chatId) {
    await db.delete(telegramBind).where(eq(telegramBind.chatId, chatId));
  },
});

export const createCodeMessageStore = (db: Queryable): CodeMessageStore => ({
  async add(message) {
    await db
      .delete(codeMessage)
      .where(
        and(
          eq(codeMessage.chatId, message.chatId),
          lt(codeMessage.sentAt, sql`now() - ${CODE_MESSAGE_KEEP}`),
        ),
      );
    await db.insert(codeMessage).values(message).onConflictDoNothing();
  },
  async take(challengeId, chatId) {
    const rows = await db
      .delete(codeMessage)
      .where(and(eq(codeMessage.challengeId, challengeId), eq(codeMessage.chatId, chatId)))
      .returning({ messageId: codeMessage.messageId });
    return rows.map(({ messageId }) => messageId);
  },
});
