import { sql } from "drizzle-orm";
import { z } from "zod";
import { money } from "../../shared/kernel/money.ts";
import type { Queryable } from "../../shared/ports/database.ts";
import type { Order, OrderLine } from "../domain/order.ts";
import type { Rejection, SagaState } from "../domain/saga.ts";
import { type customerOrder, orderLine, type saga } from "./schema.ts";

export type OrderRow = typeof customerOrder.$inferSelect;
export type SagaRow = typeof saga.$inferSelect;
type LineRow = typeof orderLine.$inferSelect;

const lineFrom = (row: LineRow, currency: string): OrderLine => ({
  id: row.id,
  sku: row.sku,
  productId: row.productId,
  name: row.name,
  quantity: row.quantity,
  unitPrice: money(row.unitPriceMinor, currency),
});

const orderFrom = (row: OrderRow, lines: readonly LineRow[]): Order => ({
  id: row.id,
  number: row.number,
  userId: row.userId,
  status: row.status,
  version: row.version,
  lines: lines.map((line) => lineFrom(line, row.currency)),
  total: money(row.totalMinor, row.currency),
  note: row.note,
  address: row.address,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

/** The orders of these rows, in their order, with their lines: one statement for all of them. */
export const withLines = async (db: Queryable, rows: readonly OrderRow[]): Promise<Order[]> => {
  if (rows.length === 0) return [];
  const ids = sql.param(rows.map(({ id }) => id));
  const lines = await db
    .select()
    .from(orderLine)
    .where(sql`${orderLine.orderId} = any(${ids}::uuid[])`)
    .orderBy(orderLine.orderId, orderLine.position);
  const byOrder = Map.groupBy(lines, ({ orderId }) => orderId);
  return rows.map((row) => orderFrom(row, byOrder.get(row.id) ?? []));
};

const rejectionSchema: z.ZodType<Rejection> = z.object({
  reason: z.enum(["out-of-stock", "payment-declined", "hold-refused"]),
  shortages: z.array(z.object({ sku: z.string(), requested: z.int(), available: z.int() })),
});

const plainSteps = ["reserving", "paying", "confirmed", "fulfilling", "shipped", "cancelled"] as const;
const progress = { version: z.int().positive(), attempts: z.int().nonnegative() };
const sagaSchema = z.discriminatedUnion("step", [
  z.object({ step: z.enum(plainSteps), ...progress }),
  z.object({ step: z.literal("releasing"), ...progress, rejection: rejectionSchema.nullable() }),
  z.object({ step: z.literal("rejected"), ...progress, rejection: rejectionSchema }),
]);

/** What a step carries with it beside the columns. */
export const sagaPayload = (state: SagaState): object =>
  "rejection" in state ? { rejection: state.rejection } : {};

export const sagaFrom = ({ step, version, attempts, payload }: SagaRow): SagaState =>
  sagaSchema.parse({ ...(payload as object), step, version, attempts });
