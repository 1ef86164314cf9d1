import { type SQL, sql } from "drizzle-orm";

/** A moment as a parameter: the driver would write it in the zone of this process. */
export const time = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;

/** So many milliseconds as a parameter. */
export const milliseconds = (ms: number): SQL => sql`(${ms}::float8 * interval '1 millisecond')`;
