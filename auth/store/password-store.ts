import { and, eq } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { PasswordStore } from "../usecases/password-ports.ts";
import { userPassword } from "./schema.ts";

export const createPasswordStore = (db: Queryable): PasswordStore => ({
  async find(userId) {
    const rows = await db
      .select({ hash: userPassword.hash })
      .from(userPassword)
      .where(eq(userPassword.userId, userId));
    return rows[0]?.hash ?? null;
  },
  async save({ userId, hash, now }) {
    await db
      .insert(userPassword)
      .values({ userId, hash, changedAt: now })
      .onConflictDoUpdate({ target: userPassword.userId, set: { hash, changedAt: now } });
  },
  async strengthen({ userId, from, to }) {
    await db
      .update(userPassword)
      .set({ hash: to })
      .where(and(eq(userPassword.userId, userId), eq(userPassword.hash, from)));
  },
  async remove(userId) {
    await db.delete(userPassword).where(eq(userPassword.userId, userId));
  },
});
