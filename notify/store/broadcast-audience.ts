import { type SQL, sql } from "drizzle-orm";
import type { Queryable, Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { type Audience, RECIPIENTS_MAX } from "../domain/broadcast.ts";
import type { Locale } from "../domain/locale.ts";
import type { AudienceCount } from "../usecases/broadcast-ports.ts";
import { broadcastRecipient } from "./broadcast-schema.ts";
import { chat, preference } from "./schema.ts";

/** People that are written down by one statement. */
const FREEZE_PAGE = 10_000;

/** As `localeOf` has it: what was chosen, else the account's language where we have it, else English. */
const localeOfReader = sql`coalesce(p.language, case when c.language ~* '^ar\\y' then 'ar' else 'en' end)`;

/** Everybody in the audience who has chosen to get offers and whose chat is open, with the language of their messages. */
const readers = ({ languages }: Audience): SQL => sql`
  select c.user_id, ${localeOfReader} as locale
  from ${preference} p join ${chat} c on c.user_id = p.user_id
  where (p.choices ->> 'marketing')::boolean
    and c.kind = 'private' and c.state = 'active' and c.chat_id is not null
    and (${languages === null} or ${localeOfReader} = any(${sql.param(languages ?? [])}::text[]))`;

/** Takes the next of those whom the cursor finds. */
const nextReaders = async (tx: Tx): Promise<string[]> => {
  const { rows } = await tx.execute<{ user_id: string }>(
    sql.raw(`fetch forward ${FREEZE_PAGE} from readers`),
  );
  return rows.map(({ user_id: userId }) => userId);
};

/**
 * Writes down whom it is for. A cursor sees everybody as they are at one moment, however long it takes, and each of its statements
 * stays short.
 */
export const freezeRecipients = async (tx: Tx, broadcastId: string, audience: Audience): Promise<number> => {
  await tx.execute(sql`declare readers no scroll cursor for ${readers(audience)}`);
  let frozen = 0;
  while (frozen <= RECIPIENTS_MAX) {
    const page = await nextReaders(tx);
    if (page.length === 0) break;
    await tx.execute(sql`
      insert into ${broadcastRecipient} (broadcast_id, user_id)
      select ${broadcastId}::uuid, r.user_id from unnest(${column(page, "uuid", (id) => id)}) as r(user_id)`);
    frozen += page.length;
  }
  await tx.execute(sql`close readers`);
  return frozen;
};

export const countReaders = async (db: Queryable, audience: Audience): Promise<AudienceCount> => {
  const { rows } = await db.execute<{ locale: Locale; n: number }>(sql`
    select r.locale, count(*)::int as n from (${readers(audience)}) r group by r.locale`);
  const countOf = (locale: Locale) => rows.find((row) => row.locale === locale)?.n ?? 0;
  return { en: countOf("en"), ar: countOf("ar") };
};
