import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import { type PersonPart, singlePart } from "../../shared/people/export-page.ts";
import { ownChat } from "./chat-personal-data.ts";
import { chatMenu, chatQuestion, stockSnooze } from "./staff-schema.ts";

// What notify holds about one of the shop's people for their work in the chat (ADR 0035, ADR 0051).

/** A menu is taken away within moments after the role; looked at again so soon. */
const MENU_LOOK_SECONDS = 5;

const snoozesPart: PersonPart = {
  name: "stockSnoozes",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select({ sku: stockSnooze.sku, until: stockSnooze.until })
      .from(stockSnooze)
      .where(and(eq(stockSnooze.userId, userId), after === null ? undefined : gt(stockSnooze.sku, after)))
      .orderBy(asc(stockSnooze.sku))
      .limit(limit);
    return rows.map((row) => ({ key: row.sku, record: row }));
  },
};

const questionsPart: PersonPart = {
  name: "chatQuestions",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(chatQuestion)
      .where(
        and(
          sql`${chatQuestion.chatId} = ${ownChat(userId)}`,
          after === null ? undefined : gt(chatQuestion.messageId, Number(after)),
        ),
      )
      .orderBy(asc(chatQuestion.messageId))
      .limit(limit);
    return rows.map((row) => ({ key: String(row.messageId), record: row }));
  },
};

const menuPart = singlePart("chatMenu", async (db, userId) => {
  const [row] = await db.select().from(chatMenu).where(eq(chatMenu.userId, userId));
  return row ?? null;
});

export const staffParts: readonly PersonPart[] = [snoozesPart, questionsPart, menuPart];

/**
 * Their snoozes and what they were asked. Their menu goes with their role: until Telegram has taken it away the row has to stay. Before
 * the chat is forgotten: questions are found by it.
 */
export const eraseStaffChat: EraseStep = async (tx, { userId, telegramUserId }) => {
  const snoozes = await tx.delete(stockSnooze).where(eq(stockSnooze.userId, userId));
  const questions = await tx
    .delete(chatQuestion)
    .where(sql`${chatQuestion.chatId} = coalesce(${ownChat(userId)}, ${telegramUserId}::bigint)`);
  const menus = await tx.$count(chatMenu, eq(chatMenu.userId, userId));
  return {
    erased: { snoozes: snoozes.rowCount ?? 0, "questions in the chat": questions.rowCount ?? 0 },
    ...(menus === 0 ? {} : { lookAgainSeconds: MENU_LOOK_SECONDS }),
  };
};
