import { and, asc, desc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import type { Movement } from "../domain/movement.ts";
import type { Page, ReservationRecord, StockReads } from "../usecases/ports.ts";
import { linesByOrder } from "./reservation-lines.ts";
import { reservation, stockLevel, stockMovement } from "./schema.ts";
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

const withLines = async (
  db: Db,
  rows: readonly (typeof reservation.$inferSelect)[],
): Promise<ReservationRecord[]> => {
  const lines = await linesByOrder(
    db,
    rows.map((row) => row.orderId),
  );
  return rows.map((row) => ({ ...row, lines: lines.get(row.orderId) ?? [] }));
};

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
      .select()
      .from(reservation)
      .where(
        and(
          status === null ? undefined : eq(reservation.status, status),
          before === null ? undefined : lt(reservation.orderId, before),
        ),
      )
      .orderBy(desc(reservation.orderId))
      .limit(limit + 1);
    const { items, more } = pageOf(rows, limit);
    return { items: await withLines(db, items), more };
  },

  async reservation(orderId) {
    const rows = await db.select().from(reservation).where(eq(reservation.orderId, orderId));
    return (await withLines(db, rows))[0] ?? null;
  },
});
