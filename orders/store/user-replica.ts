import { sql } from "drizzle-orm";
import type { EventData, UserSnapshot } from "../../shared/contracts/events.ts";
import { settled } from "../../shared/kernel/settled.ts";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import type { User, UserReplica } from "../usecases/ports.ts";
import type { GroupCommit } from "./group-commit.ts";
import { userReplica } from "./schema.ts";
import type { UserFields } from "./user-copies.ts";

type Row = typeof userReplica.$inferInsert;

/** Writes rows that are newer than what is there, and answers the ids of these. */
const upsert = async (db: Queryable, rows: readonly Row[]): Promise<string[]> => {
  if (rows.length === 0) return [];
  const written = await db
    .insert(userReplica)
    .values([...rows])
    .onConflictDoUpdate({
      target: userReplica.id,
      set: {
        version: sql`excluded.version`,
        name: sql`excluded.name`,
        phone: sql`excluded.phone`,
        role: sql`excluded.role`,
        status: sql`excluded.status`,
        deleted: sql`excluded.deleted`,
      },
      setWhere: sql`${userReplica.version} < excluded.version`,
    })
    .returning({ id: userReplica.id });
  return written.map(({ id }) => id);
};

const tombstoneOf = ({ id, version }: EventData<"user.deleted">): Row => ({
  ...{ id, version, name: "", phone: null, role: "customer", status: "active", deleted: true },
});

/** Takes a user that is newer than what is known. */
export const saveUser = async (db: Queryable, user: UserSnapshot): Promise<void> => {
  const { id, version, name, phone, role, status } = user;
  await upsert(db, [{ id, version, name, phone, role, status, deleted: false }]);
};

/** Remembers that a user is gone, with the version of that news and nothing of the person. */
export const deleteUser = async (db: Queryable, gone: EventData<"user.deleted">): Promise<void> => {
  await upsert(db, [tombstoneOf(gone)]);
};

/** Takes a page of copies, in the order of their keys: what is newer than what is known. Answers the ids of what it took. */
export const saveUserCopies = (db: Queryable, copies: readonly Copy<UserFields>[]): Promise<string[]> =>
  upsert(
    db,
    copies.map(({ key: id, version, fields }) =>
      fields.deleted ? tombstoneOf({ id, version }) : { id, version, ...fields },
    ),
  );

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
