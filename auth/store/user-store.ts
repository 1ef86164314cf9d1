import { and, asc, desc, eq, gt, ilike, inArray, isNull, like, lt, ne, or, type SQL, sql } from "drizzle-orm";
import { conflict } from "../../shared/kernel/errors.ts";
import type { Queryable } from "../../shared/ports/database.ts";
import { brokenConstraint, sqlState, sqlStates } from "../../shared/ports/sql-state.ts";
import type { User } from "../domain/user.ts";
import type { UserFilter, UserStore } from "../usecases/ports.ts";
import { appUser } from "./schema.ts";

const LIKE_SPECIAL = /[\\%_]/g;
const escapeLike = (text: string): string => text.replace(LIKE_SPECIAL, "\\$&");

const matching = ({ q, role, status }: UserFilter): (SQL | undefined)[] => {
  const digits = q?.replace(/[^0-9]/g, "") ?? "";
  return [
    q === undefined
      ? undefined
      : or(
          ilike(appUser.name, `%${escapeLike(q)}%`),
          ilike(appUser.username, `%${escapeLike(q)}%`),
          digits === "" ? undefined : like(appUser.phone, `+${digits}%`),
        ),
    role === undefined ? undefined : eq(appUser.role, role),
    status === undefined ? undefined : eq(appUser.status, status),
  ];
};

/** Two 32-bit keys of one advisory lock: a class and a hash of the value. Phones first, always, so that nobody waits in a ring. */
const identityLocks = (telegramUserId: number, phone: string | null): SQL =>
  sql`select pg_advisory_xact_lock(class, hashtext(value))
      from (values (1, ${phone}::text), (2, ${String(telegramUserId)})) as identity(class, value)
      where value is not null order by class`;

/** What one account alone may have, with what to say to who wants it as well. */
const takenWords: Readonly<Record<string, string>> = {
  app_user_username_key: "This username is taken: choose another one.",
  app_user_email_key: "This e-mail address belongs to another account.",
};

const refusingTaken = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write;
  } catch (error) {
    const constraint = sqlState(error) === sqlStates.uniqueViolation ? brokenConstraint(error) : undefined;
    const words = constraint && Object.hasOwn(takenWords, constraint) ? takenWords[constraint] : undefined;
    throw words === undefined ? error : conflict(words);
  }
};

export const createUserStore = (db: Queryable): UserStore => {
  const one = async (condition: SQL): Promise<User | null> =>
    (
      await db
        .select()
        .from(appUser)
        .where(and(condition, isNull(appUser.deletedAt)))
        .limit(1)
    )[0] ?? null;

  return {
    find: (id) => one(eq(appUser.id, id)),
    findByPhone: (phone) => one(eq(appUser.phone, phone)),
    findByTelegramId: (telegramUserId) => one(eq(appUser.telegramUserId, telegramUserId)),
    findByLogin: (name) =>
      one(
        name.includes("@")
          ? sql`lower(${appUser.email}) = lower(${name})`
          : sql`lower(${appUser.username}) = lower(${name})`,
      ),
    async lock(id) {
      const rows = await db
        .select()
        .from(appUser)
        .where(and(eq(appUser.id, id), isNull(appUser.deletedAt)))
        .for("update");
      return rows[0] ?? null;
    },
    async lockIdentity(telegramUserId, phone) {
      await db.execute(identityLocks(telegramUserId, phone));
    },
    insert: (user) => refusingTaken(db.insert(appUser).values(user).execute()),
    update({ id, ...fields }) {
      return refusingTaken(db.update(appUser).set(fields).where(eq(appUser.id, id)).execute());
    },
    list: (filter, { below, limit }) =>
      db
        .select()
        .from(appUser)
        .where(
          and(
            isNull(appUser.deletedAt),
            ...matching(filter),
            below === null ? undefined : lt(appUser.id, below),
          ),
        )
        .orderBy(desc(appUser.id))
        .limit(limit),
    listAll: ({ above, limit }) =>
      db
        .select()
        .from(appUser)
        .where(above === null ? undefined : gt(appUser.id, above))
        .orderBy(asc(appUser.id))
        .limit(limit),
    lockNonAdminsByPhone: (phones) =>
      db
        .select()
        .from(appUser)
        .where(and(inArray(appUser.phone, [...phones]), ne(appUser.role, "admin")))
        .orderBy(asc(appUser.id))
        .for("update"),
  };
};
