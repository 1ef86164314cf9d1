import { and, asc, eq, gt, sql } from "drizzle-orm";
import { eraseParked, eraseRequests, requestsPart } from "../../shared/people/common-tables.ts";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import type { PersonPart } from "../../shared/people/export-page.ts";
import { stockMovement } from "./schema.ts";

// What inventory holds about a person, who can only be one of the staff (ADR 0035).

const bookedBy = (userId: string) =>
  and(eq(stockMovement.actorId, userId), eq(stockMovement.actorKind, "staff"));

const SEPARATOR = "\n";

/** The movements that they have booked. */
const movementsPart: PersonPart = {
  name: "movements",
  async read(db, userId, { after, limit }) {
    const [sku = "", version = "0"] = after?.split(SEPARATOR) ?? [];
    const rows = await db
      .select()
      .from(stockMovement)
      .where(
        and(
          bookedBy(userId),
          after === null
            ? undefined
            : gt(
                sql`(${stockMovement.sku}, ${stockMovement.versionAfter})`,
                sql`(${sku}, ${Number(version)}::int)`,
              ),
        ),
      )
      .orderBy(asc(stockMovement.sku), asc(stockMovement.versionAfter))
      .limit(limit);
    return rows.map((row) => ({ key: `${row.sku}${SEPARATOR}${row.versionAfter}`, record: row }));
  },
};

export const inventoryParts: readonly PersonPart[] = [movementsPart, requestsPart];

/** The ledger refuses every change, and must. */
const keepLedger: EraseStep = async (tx, { userId }) => {
  const count = await tx.$count(stockMovement, bookedBy(userId));
  if (count === 0) return {};
  return {
    kept: [
      {
        what: "movements of the stock ledger that they booked as staff, notes included, with the user id as a pseudonym",
        why: "bookkeeping duty: the ledger is append-only and has to add up",
        until: null,
        count,
      },
    ],
  };
};

export const inventoryEraseSteps: readonly EraseStep[] = [keepLedger, eraseRequests, eraseParked];
