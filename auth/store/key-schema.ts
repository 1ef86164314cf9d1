import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** Keys that tokens are signed with: the private half sealed, and only until it is needed no more. Rows stay for good. */
export const signingKey = pgTable(
  "signing_key",
  {
    /** RFC 7638 thumbprint of the public half. */
    kid: text().primaryKey(),
    x: text().notNull(),
    sealed: text(),
    signsFrom: moment("signs_from").notNull(),
    createdAt: moment("created_at").notNull(),
    revokedAt: moment("revoked_at"),
    successorWantedAt: moment("successor_wanted_at"),
    tokenLifeSeconds: integer("token_life_seconds").notNull(),
  },
  (table) => [
    index("signing_key_signs_from_idx").on(table.signsFrom),
    check("signing_key_revoked_check", sql`${table.revokedAt} is null or ${table.sealed} is null`),
    check("signing_key_token_life_check", sql`${table.tokenLifeSeconds} > 0`),
  ],
);
