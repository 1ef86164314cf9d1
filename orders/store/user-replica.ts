import { sql } from "drizzle-orm";
import type { EventData, UserSnapshot } from "../../shared/contracts/events.ts";
import { settled } from "../../shared/kernel/settled.ts";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { User, UserReplica } from "../usecases/ports.ts";
import type { GroupCommit } from "./group-commit.ts";
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

/** Searches of the same moment share one statement: a rush of orders must not queue for the connections of the pool. */
export const createUserReplica = ({ db }: Database, group: GroupCommit): UserReplica => ({
  find: group<string, User | null>(async (userIds) => {
    const users = await db
      .select()
      .from(userReplica)
      .where(sql`${userReplica.id} = any(${sql.param(userIds)}::uuid[])`);
    const byId = new Map(users.map((user) => [user.id, user]));
    return userIds.map((id) => settled(byId.get(id) ?? null));
  }),
  save: (user) => saveUser(db, user),
});
