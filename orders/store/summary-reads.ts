import { type SQL, sql } from "drizzle-orm";
import { money } from "../../shared/kernel/money.ts";
import type { Db } from "../../shared/ports/database.ts";
import type { OrderStatus } from "../domain/order.ts";
import { type SummaryTime, standingStatuses } from "../domain/summary.ts";
import type { OrderSummary, SummaryReads } from "../usecases/summarise-orders.ts";
import { customerOrder } from "./schema.ts";

/** An order's id and its time are made one after the other; a clock that is put right in between is forgiven so much. */
const ID_SLACK_MS = 60_000;

/** The least UUIDv7 of a moment (RFC 9562, section 5.7): its first 48 bits are milliseconds since 1970. */
const leastId = (at: number): string => {
  const hex = Math.max(0, at).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
};

interface Row extends Record<string, unknown> {
  readonly status: OrderStatus;
  readonly currency: string;
  /** Sums come as text: PostgreSQL's bigint and numeric. */
  readonly orders: string;
  readonly total_minor: string;
}

const summaryOf = (rows: readonly Row[]): OrderSummary => {
  const byStatus: Partial<Record<OrderStatus, number>> = {};
  const revenue = new Map<string, number>();
  const standing: ReadonlySet<string> = new Set(standingStatuses);
  for (const { status, currency, orders, total_minor: total } of rows) {
    byStatus[status] = (byStatus[status] ?? 0) + Number(orders);
    if (standing.has(status)) revenue.set(currency, (revenue.get(currency) ?? 0) + Number(total));
  }
  return {
    count: rows.reduce((sum, { orders }) => sum + Number(orders), 0),
    byStatus,
    revenue: [...revenue].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, minor]) => money(minor, code)),
  };
};

/**
 * Counts and sums over the orders of the time alone: ids are UUIDv7, so the primary key finds them, and the placing of orders pays for no
 * index more.
 */
export const summaryStatement = ({ from, to }: SummaryTime): SQL => sql`
  select status, currency, count(*) as orders, sum(total_minor) as total_minor
  from ${customerOrder}
  where id >= ${leastId(from.getTime() - ID_SLACK_MS)}::uuid and id < ${leastId(to.getTime() + ID_SLACK_MS)}::uuid
    and created_at >= ${from.toISOString()}::timestamptz and created_at < ${to.toISOString()}::timestamptz
  group by status, currency`;

export const createSummaryReads = ({ db }: { readonly db: Db }): SummaryReads => ({
  async summarise(time) {
    const { rows } = await db.execute<Row>(summaryStatement(time));
    return summaryOf(rows);
  },
});
