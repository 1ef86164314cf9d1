import { desc, eq, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { KeyStore, StoredKey } from "../usecases/key-ports.ts";
import { signingKey } from "./schema.ts";

/** Keys that are looked at, the newest: a rotation a week for four years. */
const LIST_MAX = 200;

const keyFromRow = (row: typeof signingKey.$inferSelect): StoredKey => ({
  kid: row.kid,
  x: row.x,
  sealed: row.sealed,
  hasPrivateHalf: row.sealed !== null,
  signsFrom: row.signsFrom,
  createdAt: row.createdAt,
  revokedAt: row.revokedAt,
  successorWantedAt: row.successorWantedAt,
  tokenLifeSeconds: row.tokenLifeSeconds,
});

export const createKeyStore = (db: Queryable): KeyStore => {
  const change = async (kid: string, fields: Partial<typeof signingKey.$inferInsert>): Promise<void> => {
    await db.update(signingKey).set(fields).where(eq(signingKey.kid, kid));
  };
  return {
    async lock() {
      // A class of its own beside those of accounts and phones.
      await db.execute(sql`select pg_advisory_xact_lock(hashtext('signing_key'))`);
    },
    async list() {
      const rows = await db
        .select()
        .from(signingKey)
        .orderBy(desc(signingKey.signsFrom), desc(signingKey.kid))
        .limit(LIST_MAX);
      return rows.map(keyFromRow);
    },
    async insert(key) {
      const inserted = await db.insert(signingKey).values(key).onConflictDoNothing();
      return (inserted.rowCount ?? 0) > 0;
    },
    seal: (kid, sealed) => change(kid, { sealed }),
    forgetPrivateHalf: (kid) => change(kid, { sealed: null }),
    lengthen: (kid, tokenLifeSeconds) => change(kid, { tokenLifeSeconds }),
    wantSuccessor: (kid, now) => change(kid, { successorWantedAt: now }),
    revoke: (kid, now) => change(kid, { revokedAt: now, sealed: null }),
  };
};
