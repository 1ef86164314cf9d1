import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { EraseStep, PersonToErase } from "../../shared/people/erase-person.ts";
import { type PersonPart, singlePart } from "../../shared/people/export-page.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { saveForgotten } from "./chat-store.ts";
import {
  botPace,
  chat,
  chatPace,
  codeClosing,
  codeMessage,
  staffCard,
  telegramBind,
  telegramUpdate,
} from "./schema.ts";

// What notify holds about a person's own chat: where they are written to, and the messages that carried codes.

/** The id of somebody's own chat, as a subquery. */
export const ownChat = (userId: string) =>
  sql`(select ${chat.chatId} from ${chat} where ${chat.userId} = ${userId}::uuid)`;

export const chatPart = singlePart("chat", async (db, userId) => {
  const [row] = await db.select().from(chat).where(eq(chat.userId, userId));
  return row ?? null;
});

export const codeMessagesPart: PersonPart = {
  name: "codeMessages",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(codeMessage)
      .where(
        and(
          sql`${codeMessage.chatId} = ${ownChat(userId)}`,
          after === null ? undefined : gt(codeMessage.messageId, Number(after)),
        ),
      )
      .orderBy(asc(codeMessage.messageId))
      .limit(limit);
    return rows.map((row) => ({ key: String(row.messageId), record: row }));
  },
};

export const codeEndingsPart: PersonPart = {
  name: "codeEndings",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(codeClosing)
      .where(
        and(eq(codeClosing.userId, userId), after === null ? undefined : gt(codeClosing.challengeId, after)),
      )
      .orderBy(asc(codeClosing.challengeId))
      .limit(limit);
    return rows.map((row) => ({ key: row.challengeId, record: row }));
  },
};

/** The Telegram account as far as it is known here; its news may have been forgotten before by `user.deleted`. */
const chatIdOf = async (tx: Tx, { userId, telegramUserId }: PersonToErase): Promise<number | null> => {
  const [known] = await tx.select({ chatId: chat.chatId }).from(chat).where(eq(chat.userId, userId));
  return known?.chatId ?? telegramUserId;
};

/**
 * Where they were written to, what waited for an answer there, and the codes' messages. Only what was there at the first look:
 * afterwards the same Telegram account may have begun anew.
 */
export const eraseChat: EraseStep = async (tx, person) => {
  const { userId, userVersion, isFirstLook, now } = person;
  const chatId = await chatIdOf(tx, person);
  await tx.delete(codeClosing).where(eq(codeClosing.userId, userId));
  const forgotten = await saveForgotten(tx, [{ userId, version: userVersion }], now);
  await tx.delete(chatPace).where(eq(chatPace.userId, userId));
  if (!isFirstLook || chatId === null) return { erased: { chats: forgotten.length } };
  await tx.delete(telegramBind).where(eq(telegramBind.chatId, chatId));
  await tx.delete(staffCard).where(eq(staffCard.chatId, chatId));
  await tx.update(botPace).set({ floodedChat: null, floodedAt: null }).where(eq(botPace.floodedChat, chatId));
  await tx.execute(sql`
    update ${telegramUpdate} set payload = null, chat_id = null, claimed_until = null
    where chat_id = ${chatId} and payload is not null`);
  const codes = await tx
    .delete(codeMessage)
    .where(and(eq(codeMessage.chatId, chatId), lte(codeMessage.sentAt, now)));
  return { erased: { chats: 1, "places of messages with codes": codes.rowCount ?? 0 } };
};
