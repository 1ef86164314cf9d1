import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { GroupStore } from "../usecases/group-ports.ts";
import { chat, preference, staffCard } from "./schema.ts";

/** Rows of groups have no owner elsewhere whose version they could have. */
const NO_VERSION = 1;

const groupIn = (chatId: number) => and(eq(chat.chatId, chatId), eq(chat.kind, "group"));

/** Groups that alerts go to: rows of `chat` with an id of their own, which no user has and the replica of users leaves alone. */
export const createGroupStore = (db: Queryable): GroupStore => ({
  async find(chatId) {
    const [row] = await db
      .select({ groupId: chat.userId, isActive: sql<boolean>`${chat.state} = 'active'` })
      .from(chat)
      .where(groupIn(chatId));
    return row ?? null;
  },

  async open({ groupId, chatId, language }, now) {
    const [row] = await db
      .insert(chat)
      .values({
        ...{ userId: groupId, chatId, language, kind: "group", state: "active" },
        ...{ role: "customer", userVersion: NO_VERSION, updatedAt: now },
      })
      .onConflictDoUpdate({
        target: chat.chatId,
        set: { state: "active", language, updatedAt: now },
        setWhere: eq(chat.kind, "group"),
      })
      .returning({ groupId: chat.userId });
    return row?.groupId ?? null;
  },

  async end(chatId, now) {
    const [row] = await db
      .update(chat)
      .set({ state: "deleted", chatId: null, updatedAt: now })
      .where(groupIn(chatId))
      .returning({ groupId: chat.userId });
    if (row === undefined) return null;
    await db.delete(preference).where(eq(preference.userId, row.groupId));
    await db.delete(staffCard).where(eq(staffCard.chatId, chatId));
    return row.groupId;
  },

  async lose(chatId, now) {
    const [row] = await db
      .update(chat)
      .set({ state: "blocked", updatedAt: now })
      .where(and(groupIn(chatId), eq(chat.state, "active")))
      .returning({ groupId: chat.userId });
    return row?.groupId ?? null;
  },
});
