import { type SQL, sql } from "drizzle-orm";

/**
 * One column of rows as an array parameter, for `unnest`: the text of a statement is the same however many rows it is
 * given, so it can be prepared and has few parameters. `type` is PostgreSQL's name of the column's type.
 */
export const column = <Row>(rows: readonly Row[], type: string, pick: (row: Row) => unknown): SQL =>
  sql`${sql.param(rows.map(pick))}::${sql.raw(type)}[]`;
