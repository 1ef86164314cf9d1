import { and, asc, eq, gt } from "drizzle-orm";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import { type PersonPart, singlePart } from "../../shared/people/export-page.ts";
import { backInStock, mailAddress, preference } from "./schema.ts";

// What notify holds about what a person has chosen: of what they are told, by mail too, and which products they wait for.

/** The address itself is told by auth. */
export const mailPart = singlePart("mail", async (db, userId) => {
  const [row] = await db
    .select({ state: mailAddress.state, since: mailAddress.updatedAt })
    .from(mailAddress)
    .where(eq(mailAddress.userId, userId));
  return row ?? null;
});

export const preferencesPart = singlePart("preferences", async (db, userId) => {
  const [row] = await db.select().from(preference).where(eq(preference.userId, userId));
  return row ?? null;
});

export const waitingPart: PersonPart = {
  name: "backInStock",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select({ sku: backInStock.sku, since: backInStock.createdAt })
      .from(backInStock)
      .where(and(eq(backInStock.userId, userId), after === null ? undefined : gt(backInStock.sku, after)))
      .orderBy(asc(backInStock.sku))
      .limit(limit);
    return rows.map((row) => ({ key: row.sku, record: row }));
  },
};

/** What they had chosen, and what they waited for. */
export const eraseChoices: EraseStep = async (tx, { userId }) => {
  const chosen = await tx.delete(preference).where(eq(preference.userId, userId));
  const waited = await tx.delete(backInStock).where(eq(backInStock.userId, userId));
  const addresses = await tx.delete(mailAddress).where(eq(mailAddress.userId, userId));
  return {
    erased: {
      preferences: chosen.rowCount ?? 0,
      "products waited for": waited.rowCount ?? 0,
      "confirmed addresses": addresses.rowCount ?? 0,
    },
    kept: [
      {
        what: "mails, and messages that were handed on to the shop's other systems",
        why: "they are with the mailbox of the person and with those systems",
        until: null,
        count: null,
      },
    ],
  };
};
