import { and, asc, desc, eq, getTableColumns, gt, lt, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { type Line, sumBySku } from "../domain/allocate.ts";
import type { Movement } from "../domain/movement.ts";
import type { Page, ReservationRecord, StockReads } from "../usecases/ports.ts";
import { reservation, reservationLine, stockLevel, stockMovement } from "./schema.ts";
import { levelColumns, levelOf } from "./stock-rows.ts";

/** One row more than the page is read: it says whether there is another page. */
const pageOf = <Item>(rows: readonly Item[], limit: number): Page<Item> => ({
  items: rows.slice(0, limit),
  more: rows.length > limit,
});

/** Text as a LIKE pattern for "contains"; its wildcards lose their meaning. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

const isLow: SQL = sql`${stockLevel.onHand} - ${stockLevel.reserved} <= ${stockLevel.lowStockThreshold}`;

const movementOf = (row: typeof stockMovement.$inferSelect): Movement => {
  const { actorKind, actorId, ...movement } = row;
  return { ...movement, actor: { kind: actorKind, id: actorId } };
};

/** Row and lines in one statement: one after the other they could be of two revisions. */
const recordColumns = {
  ...getTableColumns(reservation),
  lines: sql<Line[]>`(
    select coalesce(json_agg(json_build_object('sku', line.sku, 'quantity', line.quantity)), '[]')
    from ${reservationLine} as line where line.order_id = ${reservation}.order_id
  )`,
};

const recordOf = (row: ReservationRecord): ReservationRecord => ({ ...row, lines: sumBySku(row.lines) });

/** What people look at: levels, the ledger, reservations. Pages by keyset. */
export const createStockReads = ({ db }: { readonly db: Db }): StockReads => ({
  async levels({ limit, after, low, text }) {
    const rows = await db
      .select(levelColumns)
      .from(stockLevel)
      .where(
        and(
          eq(stockLevel.deleted, false),
          after === null ? undefined : gt(stockLevel.sku, after),
          low ? isLow : undefined,
          text === null ? undefined : sql`${stockLevel.sku} ilike ${containing(text)}`,
        ),
      )
      .orderBy(asc(stockLevel.sku))
      .limit(limit + 1);
    return pageOf(rows.map(levelOf), limit);
  },

  async level(sku) {
    const [row] = await db
      .select(levelColumns)
      .from(stockLevel)
      .where(and(eq(stockLevel.sku, sku), eq(stockLevel.deleted, false)));
    return row ? levelOf(row) : null;
  },

  async movements({ sku, limit, before }) {
    const rows = await db
      .select()
      .from(stockMovement)
      .where(
        and(eq(stockMovement.sku, sku), before === null ? undefined : lt(stockMovement.versionAfter, before)),
      )
      .orderBy(desc(stockMovement.versionAfter))
      .limit(limit + 1);
    return pageOf(rows.map(movementOf), limit);
  },

  async reservations({ limit, before, status }) {
    const rows = await db
      .select(recordColumns)
      .from(reservation)
      .where(
        and(
          status === null ? undefined : eq(reservation.status, status),
          before === null ? undefined : lt(reservation.orderId, before),
        ),
      )
      .orderBy(desc(reservation.orderId))
      .limit(limit + 1);
    return pageOf(rows.map(recordOf), limit);
  },

  async reservation(orderId) {
    const [row] = await db.select(recordColumns).from(reservation).where(eq(reservation.orderId, orderId));
    return row ? recordOf(row) : null;
  },
});
