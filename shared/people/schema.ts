import { jsonb, pgTable, timestamp, uuid } from "drizzle-orm/pg-core";

// Every service that may hold a person's data has this table: its `store/schema.ts` re-exports it.

/** People whose data was erased here: the id that stays as a pseudonym, and what went. News that comes late is known by it. */
export const erasedPerson = pgTable("erased_person", {
  userId: uuid("user_id").primaryKey(),
  erasureId: uuid("erasure_id").notNull(),
  begunAt: timestamp("begun_at", { withTimezone: true }).notNull(),
  /** How many of what, over all looks. */
  erased: jsonb().$type<Readonly<Record<string, number>>>().notNull().default({}),
});
