import { eq, sql } from "drizzle-orm";
import type { Database, Queryable, Tx } from "../../shared/ports/database.ts";
import { noPreferences, type Preferences } from "../domain/preferences.ts";
import type { PreferenceStore } from "../usecases/preference-ports.ts";
import { releaseHeld } from "./held-deliveries.ts";
import { preferenceColumns, preferencesOf } from "./preference-columns.ts";
import { chat, preference } from "./schema.ts";
import { time } from "./time.ts";

const find = async (db: Queryable, userId: string): Promise<Preferences> => {
  const [row] = await db.select(preferenceColumns).from(preference).where(eq(preference.userId, userId));
  return row === undefined ? noPreferences : preferencesOf(row);
};

/** Null where the person was deleted. */
const lock = async (tx: Tx, userId: string, now: Date): Promise<Preferences | null> => {
  await tx.execute(sql`
    insert into ${preference} (user_id, updated_at) select ${userId}::uuid, ${time(now)}
    where not exists (select 1 from ${chat} where user_id = ${userId}::uuid and state = 'deleted')
    on conflict do nothing`);
  const [row] = await tx
    .select(preferenceColumns)
    .from(preference)
    .where(eq(preference.userId, userId))
    .for("update");
  return row === undefined ? null : preferencesOf(row);
};

const isSame = (a: Preferences["quietHours"], b: Preferences["quietHours"]): boolean =>
  a?.from === b?.from && a?.to === b?.to;

/** What people have chosen to be told of. */
export const createPreferenceStore = (database: Database): PreferenceStore => ({
  find: (userId) => find(database.db, userId),

  update: (userId, change, now) =>
    database.transaction(async (tx) => {
      const before = await lock(tx, userId, now);
      if (before === null) return null;
      const after = change(before);
      const { choices, quietHours, language, channels } = after;
      await tx
        .update(preference)
        .set({
          ...{ choices, language, channels, updatedAt: now },
          ...{ quietFrom: quietHours?.from ?? null, quietTo: quietHours?.to ?? null },
        })
        .where(eq(preference.userId, userId));
      if (!isSame(before.quietHours, quietHours)) await releaseHeld(tx, userId, now);
      return after;
    }),
});
