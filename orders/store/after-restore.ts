import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { customerOrder } from "./schema.ts";

/** Which of these orders there are. */
export const ordersAmong = async (db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id::text as id from ${customerOrder} where id = any(${column(ids, "uuid", (id) => id)})`);
  return new Set(rows.map(({ id }) => id));
};
