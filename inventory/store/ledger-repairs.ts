import { sql } from "drizzle-orm";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Repair } from "../domain/repair.ts";
import type { LedgerRepairs } from "../usecases/ports.ts";
import { readLedgerRow } from "./ledger-reads.ts";
import { stockLevel, stockMovement } from "./schema.ts";

/** Takes the lock that every change of the SKU takes. Answers whether its row was there. */
const lockLevel = async (tx: Tx, sku: string): Promise<boolean> => {
  const { rowCount } = await tx.execute(sql`select 1 from ${stockLevel} where sku = ${sku} for update`);
  return (rowCount ?? 0) > 0;
};

/** A level whose row is gone is made again as one that was deleted, so that it can be locked and mended like others. */
const lockOrMakeLevel = async (tx: Tx, sku: string): Promise<{ made: boolean }> => {
  if (await lockLevel(tx, sku)) return { made: false };
  const { rowCount } = await tx.execute(sql`
    insert into ${stockLevel} (sku, on_hand, reserved, version, low_stock_threshold, deleted, updated_at)
    values (${sku}, 0, 0, 0, 0, true, now()) on conflict (sku) do nothing`);
  await lockLevel(tx, sku);
  return { made: rowCount === 1 };
};

type Mend = Extract<Repair, { kind: "mend" }>;

const saveMend = async (tx: Tx, sku: string, { counters, movements, note }: Mend): Promise<void> => {
  const { onHand, reserved, version, exists } = counters;
  await tx.execute(sql`
    update ${stockLevel}
    set on_hand = ${onHand}, reserved = ${reserved}, version = ${version}, deleted = ${!exists},
      changed_tx = pg_current_xact_id(), updated_at = now()
    where sku = ${sku}`);
  await tx.execute(sql`
    insert into ${stockMovement} (sku, version_after, kind, on_hand_delta, reserved_delta, on_hand_after,
      reserved_after, reason, note, actor_kind, actor_id, order_id, created_at)
    select ${sku}, m.version_after, 'repair', 0, m.reserved_delta, ${onHand}::int, ${reserved}::int,
      'repair', ${note}, 'system', null, null, now()
    from unnest(
      ${column(movements, "int", ({ versionAfter }) => versionAfter)},
      ${column(movements, "int", ({ reservedDelta }) => reservedDelta)}
    ) as m(version_after, reserved_delta)`);
};

/** Mends levels one by one. Replicas and streams find the change by their pull. */
export const createLedgerRepairs = ({ database }: { readonly database: Database }): LedgerRepairs => ({
  repair: (sku, plan) =>
    database.transaction(async (tx) => {
      const { made } = await lockOrMakeLevel(tx, sku);
      // A statement of its own: only one that begins under the lock sees what its last holder has done.
      const row = await readLedgerRow(tx, sku);
      const repair = plan(row);
      if (repair.kind === "mend") await saveMend(tx, sku, repair);
      else if (made) await tx.execute(sql`delete from ${stockLevel} where sku = ${sku}`);
      return { row, repair };
    }),
});
