import { sql } from "drizzle-orm";
import type { Db } from "../shared/ports/database.ts";
import { column } from "../shared/sql/column.ts";

/** What is broadcast. */
export const TEXT = "Sale on tea: 20% off until Friday, as long as there is any. ".repeat(4);

export const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** People who want to hear of news, with a chat each, by statements and not by sign-in. */
export const storeReaders = async (
  { db }: { readonly db: Db },
  users: readonly string[],
  chatFrom: number,
) => {
  for (let from = 0; from < users.length; from += 10_000) {
    const page = users.slice(from, from + 10_000);
    const ids = sql`unnest(${column(page, "uuid", (id) => id)}) with ordinality as u(id, n)`;
    await db.execute(sql`
      insert into chat (user_id, chat_id, state, language, role, user_version, updated_at)
      select id, ${chatFrom + from}::bigint + n, 'active', 'en', 'customer', 1, now() from ${ids}`);
    await db.execute(sql`
      insert into preference (user_id, choices, updated_at) select id, '{"marketing": true}', now() from ${ids}`);
  }
};
