import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import type { LedgerReads } from "../usecases/ports.ts";
import { reservation, reservationLine, stockLevel, stockMovement } from "./schema.ts";

/** Sums come as text: PostgreSQL's bigint. */
interface Row extends Record<string, unknown> {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly version: number;
  readonly ledger_on_hand: string;
  readonly ledger_reserved: string;
  readonly movements: string;
  readonly ledger_version: number;
  readonly held: string;
}

/** Counters beside what the ledger and the held lines add up to, in one snapshot a page. */
export const createLedgerReads = ({ db }: { readonly db: Db }): LedgerReads => ({
  async ledgerRows(after, limit) {
    const { rows } = await db.execute<Row>(sql`
      with page as (
        select sku, on_hand, reserved, version from ${stockLevel}
        where ${after}::text is null or sku > ${after}::text order by sku limit ${limit}
      )
      select page.*, ledger.*, held.held from page,
      lateral (
        select coalesce(sum(on_hand_delta), 0) as ledger_on_hand,
          coalesce(sum(reserved_delta), 0) as ledger_reserved,
          count(*) as movements, coalesce(max(version_after), 0) as ledger_version
        from ${stockMovement} as movement where movement.sku = page.sku
      ) as ledger,
      lateral (
        select coalesce(sum(line.quantity), 0) as held from ${reservationLine} as line
        join ${reservation} as r using (order_id) where line.sku = page.sku and r.status = 'held'
      ) as held
      order by page.sku`);
    return rows.map((row) => ({
      sku: row.sku,
      counters: { onHand: row.on_hand, reserved: row.reserved, version: row.version },
      ledger: {
        onHand: Number(row.ledger_on_hand),
        reserved: Number(row.ledger_reserved),
        movements: Number(row.movements),
        version: row.ledger_version,
      },
      held: Number(row.held),
    }));
  },
});
