import { and, eq, gt } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { BindStore } from "../usecases/ports.ts";
import { telegramBind } from "./schema.ts";

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
