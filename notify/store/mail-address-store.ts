import { and, eq, lt, ne, sql } from "drizzle-orm";
import type { Database, Queryable, Tx } from "../../shared/ports/database.ts";
import type { MailAddress } from "../domain/mail-address.ts";
import type { MailAddressStore } from "../usecases/channel-ports.ts";
import { chat, mailAddress } from "./schema.ts";

const columns = {
  userId: mailAddress.userId,
  addressKey: mailAddress.addressKey,
  state: mailAddress.state,
  userVersion: mailAddress.userVersion,
  codeKey: mailAddress.codeKey,
  codeExpiresAt: mailAddress.codeExpiresAt,
  tries: mailAddress.tries,
  codeSentAt: mailAddress.codeSentAt,
};

const find = async (db: Queryable, userId: string): Promise<MailAddress | null> => {
  const [row] = await db.select(columns).from(mailAddress).where(eq(mailAddress.userId, userId));
  return row ?? null;
};

/** Whoever changes the address of a person waits for who is at it, also where there is no row yet. */
const lock = async (tx: Tx, userId: string): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${userId}, 1))`);
};

const isGone = async (tx: Tx, userId: string): Promise<boolean> =>
  (await tx.$count(chat, and(eq(chat.userId, userId), eq(chat.state, "deleted")))) > 0;

/**
 * The person's address is this one as of that version. Called with each news of a user: a confirmation of another address ends, but not by
 * news that is older than the confirmation.
 */
export const keepOnlyAddress = async (
  db: Queryable,
  userId: string,
  addressKey: string | null,
  userVersion: number,
): Promise<void> => {
  await db
    .delete(mailAddress)
    .where(
      and(
        eq(mailAddress.userId, userId),
        lt(mailAddress.userVersion, userVersion),
        addressKey === null ? undefined : ne(mailAddress.addressKey, addressKey),
      ),
    );
};

/** Addresses of mail that people have confirmed, or are about to. */
export const createMailAddressStore = (database: Database): MailAddressStore => ({
  find: (userId) => find(database.db, userId),

  update: (userId, change, now) =>
    database.transaction(async (tx) => {
      await lock(tx, userId);
      if (await isGone(tx, userId)) return null;
      const before = await find(tx, userId);
      const after = change(before);
      if (after === before) return after;
      if (after === null) {
        await tx.delete(mailAddress).where(eq(mailAddress.userId, userId));
        return null;
      }
      const row = { ...after, updatedAt: now };
      await tx.insert(mailAddress).values(row).onConflictDoUpdate({ target: mailAddress.userId, set: row });
      return after;
    }),

  keepOnly: (userId, addressKey, userVersion) =>
    keepOnlyAddress(database.db, userId, addressKey, userVersion),
});
