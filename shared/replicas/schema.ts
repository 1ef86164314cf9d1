import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

// A service whose replicas fill themselves has this table: its `store/schema.ts` re-exports it.

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** How far a replica has been filled from its owner; no row: it has not been begun. */
export const replicaState = pgTable("replica_state", {
  name: text().primaryKey(),
  /** The owner's cursor of the page to come; null at the beginning, and when it is full. */
  cursor: text(),
  /** When all of the owner's had been read once: from then on the events keep it. Null until then. */
  filledAt: moment("filled_at"),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});
