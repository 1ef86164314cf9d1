import { and, eq, ne, or, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { StaffCardStore } from "../usecases/staff-order-ports.ts";
import { chat, staffCard } from "./schema.ts";

/** The cards of orders in the chats of the shop's people. The worker that sends them keeps them (record-outcomes.ts). */
export const createStaffCardStore = (db: Queryable): StaffCardStore => ({
  async holders(orderIds) {
    const ids = sql.param([...orderIds]);
    return db
      .select({ orderId: staffCard.orderId, holderId: chat.userId })
      .from(staffCard)
      .innerJoin(chat, eq(chat.chatId, staffCard.chatId))
      .where(
        and(
          sql`${staffCard.orderId} = any(${ids}::uuid[])`,
          eq(chat.state, "active"),
          or(eq(chat.kind, "group"), ne(chat.role, "customer")),
        ),
      )
      .orderBy(staffCard.orderId, chat.userId);
  },
});
