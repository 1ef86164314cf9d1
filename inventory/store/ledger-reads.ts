import { type SQL, sql } from "drizzle-orm";
import type { Db, Queryable } from "../../shared/ports/database.ts";
import type { LedgerRow } from "../domain/ledger.ts";
import type { LedgerReads } from "../usecases/ports.ts";
import { reservation, reservationLine, stockLevel, stockMovement } from "./schema.ts";

/** Sums come as text: PostgreSQL's bigint. */
interface Row extends Record<string, unknown> {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly version: number;
  readonly exists: boolean;
  readonly ledger_on_hand: string;
  readonly ledger_reserved: string;
  readonly movements: string;
  readonly ledger_version: number;
  readonly last_kind: string | null;
  readonly held: string;
}

const rowOf = (row: Row): LedgerRow => ({
  sku: row.sku,
  counters: { onHand: row.on_hand, reserved: row.reserved, version: row.version, exists: row.exists },
  ledger: {
    onHand: Number(row.ledger_on_hand),
    reserved: Number(row.ledger_reserved),
    movements: Number(row.movements),
    version: row.ledger_version,
    exists: row.last_kind !== null && row.last_kind !== "deletion",
  },
  held: Number(row.held),
});

/** Counters beside what the ledger and the held lines add up to, for the SKUs of a select, in one snapshot. */
const selectRows = async (db: Queryable, skus: SQL): Promise<LedgerRow[]> => {
  const { rows } = await db.execute<Row>(sql`
    with recursive asked(sku) as (${skus})
    select asked.sku, coalesce(level.on_hand, 0) as on_hand, coalesce(level.reserved, 0) as reserved,
      coalesce(level.version, 0) as version, coalesce(not level.deleted, false) as exists,
      ledger.*, newest.kind as last_kind, held.held
    from asked
    left join ${stockLevel} as level on level.sku = asked.sku
    cross join lateral (
      select coalesce(sum(on_hand_delta), 0) as ledger_on_hand,
        coalesce(sum(reserved_delta), 0) as ledger_reserved,
        count(*) as movements, coalesce(max(version_after), 0) as ledger_version
      from ${stockMovement} as movement where movement.sku = asked.sku
    ) as ledger
    left join lateral (
      select kind from ${stockMovement} as movement
      where movement.sku = asked.sku and kind <> 'repair' order by version_after desc limit 1
    ) as newest on true
    cross join lateral (
      select coalesce(sum(line.quantity), 0) as held from ${reservationLine} as line
      join ${reservation} as r using (order_id) where line.sku = asked.sku and r.status = 'held'
    ) as held
    where asked.sku is not null
    order by asked.sku`);
  return rows.map(rowOf);
};

/** The next SKU that anything is known of: one whose level is gone must not hide its movements. Three looks into indexes. */
const nextAfter = (sku: SQL): SQL => sql`least(
  (select min(l.sku) from ${stockLevel} as l where l.sku > ${sku}),
  (select min(m.sku) from ${stockMovement} as m where m.sku > ${sku}),
  (select min(r.sku) from ${reservationLine} as r where r.sku > ${sku}))`;

/** The row of one SKU, also where nothing is known of it. */
export const readLedgerRow = async (db: Queryable, sku: string): Promise<LedgerRow> => {
  const [row] = await selectRows(db, sql`select ${sku}::text`);
  if (!row) throw new Error("a select of one row gave none");
  return row;
};

export const createLedgerReads = ({ db }: { readonly db: Db }): LedgerReads => ({
  ledgerRows: (after, limit) =>
    selectRows(
      db,
      sql`select sku from (
        with recursive page(sku, place) as (
          select ${nextAfter(sql`${after ?? ""}::text`)}, 1
          union all
          select ${nextAfter(sql`page.sku`)}, page.place + 1 from page
          where page.sku is not null and page.place < ${limit}
        )
        select sku from page
      ) as page`,
    ),
});
