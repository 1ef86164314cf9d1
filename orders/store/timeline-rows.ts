import { eq, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { ColumnOf } from "../../shared/sql/statement.ts";
import type { TracedStep } from "../domain/explain-order.ts";
import { orderTimeline } from "./schema.ts";

export interface OrderTimelineEntry extends TracedStep {
  readonly orderId: string;
}

/** Part of a statement: adds entries, in their order. */
export const insertEntries = (entry: ColumnOf<OrderTimelineEntry>): SQL => sql`
  insert into ${orderTimeline} (order_id, at, actor_kind, actor_id, what, cause, trace_id)
  select e.order_id, e.at, e.actor_kind, e.actor_id, e.what, e.cause, e.trace_id from unnest(
    ${entry("uuid", ({ orderId }) => orderId)},
    ${entry("timestamptz", ({ at }) => at.toISOString())},
    ${entry("text", ({ actor }) => actor.kind)},
    ${entry("text", ({ actor }) => actor.id)},
    ${entry("text", ({ what }) => what)},
    ${entry("text", ({ cause }) => cause)},
    ${entry("text", ({ traceId }) => traceId)}
  ) with ordinality as e(order_id, at, actor_kind, actor_id, what, cause, trace_id, n)
  order by e.n`;

/** Oldest first. */
export const readTimelineRows = async (db: Queryable, orderId: string): Promise<TracedStep[]> => {
  const rows = await db
    .select()
    .from(orderTimeline)
    .where(eq(orderTimeline.orderId, orderId))
    .orderBy(orderTimeline.id);
  return rows.map(({ at, actorKind, actorId, what, cause, traceId }) => ({
    ...{ at, what, cause, traceId },
    actor: { kind: actorKind, id: actorId },
  }));
};
