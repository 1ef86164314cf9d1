import { and, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { OrderCardStore } from "../usecases/ports.ts";
import { orderCard } from "./schema.ts";

export const createOrderCardStore = (db: Queryable): OrderCardStore => ({
  async find(orderId, chatId) {
    const [row] = await db
      .select({ messageId: orderCard.messageId, version: orderCard.version })
      .from(orderCard)
      .where(and(eq(orderCard.orderId, orderId), eq(orderCard.chatId, chatId)));
    return row ?? null;
  },
  async save(key, card, updatedAt) {
    await db
      .insert(orderCard)
      .values({ ...key, ...card, updatedAt })
      .onConflictDoUpdate({
        target: [orderCard.orderId, orderCard.chatId],
        set: { ...card, updatedAt },
        setWhere: lt(orderCard.version, sql`excluded.version`),
      });
  },
});
