import { eq, sql } from "drizzle-orm";
import type { EventData, UserSnapshot } from "../../shared/contracts/events.ts";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { UserReplica } from "../usecases/ports.ts";
import { userReplica } from "./schema.ts";

/** Takes a user that is newer than what is known. */
export const saveUser = async (db: Queryable, user: UserSnapshot): Promise<void> => {
  const { id, version, name, phone, role, status } = user;
  await db
    .insert(userReplica)
    .values({ id, version, name, phone, role, status })
    .onConflictDoUpdate({
      target: userReplica.id,
      set: { version, name, phone, role, status, deleted: false },
      setWhere: sql`${userReplica.version} < ${version}`,
    });
};

/** Remembers that a user is gone, with the version of that news and nothing of the person. */
export const deleteUser = async (
  db: Queryable,
  { id, version }: EventData<"user.deleted">,
): Promise<void> => {
  const gone = { version, name: "", phone: null, deleted: true };
  await db
    .insert(userReplica)
    .values({ id, role: "customer", status: "active", ...gone })
    .onConflictDoUpdate({
      target: userReplica.id,
      set: gone,
      setWhere: sql`${userReplica.version} < ${version}`,
    });
};

export const createUserReplica = ({ db }: Database): UserReplica => ({
  async find(userId) {
    const [user] = await db.select().from(userReplica).where(eq(userReplica.id, userId));
    return user ?? null;
  },
  save: (user) => saveUser(db, user),
});
