import { sql } from "drizzle-orm";
import type { Db } from "../ports/database.ts";
import { column } from "../sql/column.ts";
import { inbox, outbox, outboxLease } from "./schema.ts";

// What a restored database cannot know: whether the events that it has published reached those who consume them. Some had been
// lying in the broker, which no backup holds; some were consumed after the consumer's backup was made.

export interface PublishedEvent {
  readonly position: string;
  readonly id: string;
}

/** A page of what has been published, by position; `after` is `"0"` at first. */
export const publishedAfter = async (
  db: Db,
  after: string,
  limit: number,
): Promise<readonly PublishedEvent[]> => {
  const { rows } = await db.execute<{ position: string; id: string }>(sql`
    select position::text as position, id::text as id from ${outbox}
    where published_at is not null and position > ${after}::bigint order by ${outbox.position} limit ${limit}`);
  return rows;
};

/** Which of these events the consumer of a queue has handled; what it has put aside for a person counts as well. */
export const handledAmong = async (
  db: Db,
  queue: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await db.execute<{ id: string }>(sql`
    select event_id::text as id from ${inbox} where queue = ${queue} and event_id = any(${column(ids, "uuid", (id) => id)})`);
  return new Set(rows.map(({ id }) => id));
};

/** The relay publishes them once more; whoever has handled one already knows its id. */
export const publishAgain = async (db: Db, positions: readonly string[]): Promise<void> => {
  await db.execute(sql`
    update ${outbox} set published_at = null, attempts = 0
    where position = any(${column(positions, "bigint", (position) => position)})`);
};

/** Nobody who held a lease when the backup was made is there any more. */
export const forgetLeases = async (db: Db): Promise<void> => {
  await db.execute(sql`delete from ${outboxLease}`);
};
