import { and, eq, lt, ne, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { Outcome } from "../usecases/ports.ts";
import { chat, orderCard } from "./schema.ts";

type Card = NonNullable<Outcome["card"]>;

/** Shows the newest version and never moves back. */
const savedCard = (db: Queryable, { orderId, ...card }: Card, chatId: number, updatedAt: Date) =>
  db.$with("saved_card").as(
    db
      .insert(orderCard)
      .values({ orderId, chatId, ...card, updatedAt })
      .onConflictDoUpdate({
        target: [orderCard.orderId, orderCard.chatId],
        set: { ...card, updatedAt },
        setWhere: lt(orderCard.version, sql`excluded.version`),
      }),
  );

const closedChat = (db: Queryable, chatId: number, updatedAt: Date) =>
  db.$with("closed_chat").as(
    db
      .update(chat)
      .set({ state: "blocked", updatedAt })
      .where(and(eq(chat.chatId, chatId), ne(chat.state, "blocked"))),
  );

/** What an attempt taught beside the delivery's own state, as parts of the statement that records it. */
export const learnt = (db: Queryable, { chatId, card, isChatClosed }: Outcome, now: Date) => {
  if (chatId === null) return [];
  return [
    ...(card === null ? [] : [savedCard(db, card, chatId, now)]),
    ...(isChatClosed ? [closedChat(db, chatId, now)] : []),
  ];
};
