import { sql } from "drizzle-orm";
import type { Database } from "../ports/database.ts";
import { column } from "../sql/column.ts";
import type { Lease } from "./lease.ts";
import { outbox } from "./schema.ts";
import type { OutboxRow } from "./sending.ts";

/** The outbox as the relay needs it. */
export interface OutboxRows {
  /** Whether there is anything to take the lease for; it writes nothing. */
  look(): Promise<"free" | "empty" | "passive">;
  /**
   * The oldest rows that wait, but for those of `held` aggregates. It sees what the holder of the lease before has marked,
   * where it is called after the lease was taken.
   */
  read(size: number, held: readonly string[]): Promise<readonly OutboxRow[]>;
  markPublished(rows: readonly OutboxRow[]): Promise<void>;
  countFailure(rows: readonly OutboxRow[]): Promise<void>;
}

const positions = (rows: readonly OutboxRow[]) => column(rows, "bigint", ({ position }) => position);

/** The outbox in PostgreSQL. */
export const outboxRows = (database: Database, { isTaken }: Pick<Lease, "isTaken">): OutboxRows => ({
  async look() {
    const { rows } = await database.db.execute<{ taken: boolean }>(sql`
      select ${isTaken} as taken from ${outbox} where published_at is null limit 1`);
    if (rows[0] === undefined) return "empty";
    return rows[0].taken ? "passive" : "free";
  },
  async read(size, held) {
    const isFree = held.length === 0 ? sql`` : sql`and aggregate <> all(${sql.param(held)}::text[])`;
    const { rows } = await database.db.execute<OutboxRow>(sql`
      select position, exchange, event from ${outbox}
      where published_at is null ${isFree} order by position limit ${size}`);
    return rows;
  },
  async markPublished(rows) {
    if (rows.length === 0) return;
    await database.db.execute(sql`
      update ${outbox} set published_at = now() where position = any(${positions(rows)})`);
  },
  async countFailure(rows) {
    await database.db.execute(sql`
      update ${outbox} set attempts = attempts + 1 where position = any(${positions(rows)})`);
  },
});
