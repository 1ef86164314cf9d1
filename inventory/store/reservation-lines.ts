import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { type Line, sumBySku } from "../domain/allocate.ts";
import { reservationLine } from "./schema.ts";

/** The lines of several reservations by order id, each in the order of SKUs. */
export const linesByOrder = async (
  db: Queryable,
  orderIds: readonly string[],
): Promise<Map<string, Line[]>> => {
  if (orderIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(reservationLine)
    .where(sql`${reservationLine.orderId} = any(${sql.param(orderIds)}::uuid[])`);
  const groups = Map.groupBy(rows, (row) => row.orderId);
  return new Map([...groups].map(([orderId, lines]) => [orderId, sumBySku(lines)]));
};
