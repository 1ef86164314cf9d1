import { sql } from "drizzle-orm";
import { z } from "zod";
import { money } from "../../shared/kernel/money.ts";
import type { Queryable } from "../../shared/ports/database.ts";
import type { Order, OrderLine } from "../domain/order.ts";
import { type LinesChange, type Rejection, rejectionReasons, type SagaState } from "../domain/saga-state.ts";
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
  payment: row.payment,
  claim: row.claimedBy === null || row.claimedAt === null ? null : { by: row.claimedBy, at: row.claimedAt },
  archivedAt: row.archivedAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

/** The lines of these orders, those of each together and in their places. */
export const readLines = (db: Queryable, orderIds: readonly string[]): Promise<LineRow[]> =>
  db
    .select()
    .from(orderLine)
    .where(sql`${orderLine.orderId} = any(${sql.param(orderIds)}::uuid[])`)
    .orderBy(orderLine.orderId, orderLine.position);

/** The orders of these rows, in their order. */
export const ordersFrom = (rows: readonly OrderRow[], lines: readonly LineRow[]): Order[] => {
  const byOrder = Map.groupBy(lines, ({ orderId }) => orderId);
  return rows.map((row) => orderFrom(row, byOrder.get(row.id) ?? []));
};

/** The orders of these rows, in their order, with their lines: one statement for all of them. */
export const withLines = async (db: Queryable, rows: readonly OrderRow[]): Promise<Order[]> =>
  rows.length === 0
    ? []
    : ordersFrom(
        rows,
        await readLines(
          db,
          rows.map(({ id }) => id),
        ),
      );

const rejectionSchema: z.ZodType<Rejection> = z.object({
  reason: z.enum(rejectionReasons),
  shortages: z.array(z.object({ sku: z.string(), requested: z.int(), available: z.int() })),
});

const changeSchema: z.ZodType<LinesChange> = z.object({
  lines: z.array(z.object({ lineId: z.uuid(), quantity: z.int().nonnegative() })),
  actor: z.object({ kind: z.enum(["user", "staff", "system"]), id: z.string().nullable() }),
});

const plainSteps = [
  "paying",
  "securing",
  "fulfilling",
  "shipped",
  "returning",
  "returned",
  "cancelled",
] as const;
const progress = { version: z.int().positive(), attempts: z.int().nonnegative() };
/** Rows from before payments were asked for do not say so. */
const paid = { prepaid: z.boolean().default(false) };
const sagaSchema = z.discriminatedUnion("step", [
  z.object({ step: z.enum(plainSteps), ...progress }),
  z.object({ step: z.literal("reserving"), ...progress, ...paid }),
  z.object({ step: z.literal("confirmed"), ...progress, ...paid }),
  z.object({ step: z.literal("changing"), ...progress, ...paid, change: changeSchema }),
  z.object({
    step: z.literal("releasing"),
    ...progress,
    rejection: rejectionSchema.nullable(),
    voids: z.boolean().default(false),
  }),
  z.object({ step: z.literal("voiding"), ...progress, rejection: rejectionSchema.nullable() }),
  z.object({ step: z.literal("rejected"), ...progress, rejection: rejectionSchema }),
]);

/** What a step carries with it beside the columns. */
export const sagaPayload = ({
  step: _step,
  version: _version,
  attempts: _attempts,
  ...payload
}: SagaState): object => payload;

/** Why the order was rejected, where its saga says so in a way that can be read. */
export const rejectionIn = ({ payload }: SagaRow): Rejection | null =>
  z.object({ rejection: rejectionSchema }).safeParse(payload).data?.rejection ?? null;

export const sagaFrom = ({ step, version, attempts, payload }: SagaRow): SagaState =>
  sagaSchema.parse({ ...(payload as object), step, version, attempts });
