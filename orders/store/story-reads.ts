import { and, eq, sql } from "drizzle-orm";
import { isUuid } from "../../shared/kernel/ids.ts";
import { traceIdOf } from "../../shared/kernel/trace-id.ts";
import type { Database, Tx } from "../../shared/ports/database.ts";
import type { OrderStory, SagaFacts } from "../domain/explain-order.ts";
import type { OrderName, StoryReads } from "../usecases/explain-order.ts";
import { rejectionIn, type SagaRow, withLines } from "./order-rows.ts";
import { customerOrder, saga, userReplica } from "./schema.ts";
import { readTimelineRows } from "./timeline-rows.ts";

/** By its columns, and of its payload the rejection alone: a saga that cannot be read is one that is asked about. */
const factsOf = (row: SagaRow): SagaFacts => ({
  waitsIn: row.finishedAt === null ? row.step : null,
  attempts: row.attempts,
  nextAt: row.nextAt,
  problem: row.problem,
  rejection: rejectionIn(row),
});

const readStory = async (tx: Tx, name: OrderName): Promise<OrderStory | null> => {
  const [row] = await tx
    .select()
    .from(customerOrder)
    .innerJoin(saga, eq(saga.orderId, customerOrder.id))
    .where("id" in name ? eq(customerOrder.id, name.id) : eq(customerOrder.number, name.number));
  if (row === undefined) return null;
  const [order] = await withLines(tx, [row.customer_order]);
  if (order === undefined) return null;
  const { requestId, traceparent } = row.saga.origin;
  const steps = await readTimelineRows(tx, order.id);
  return { order, steps, saga: factsOf(row.saga), requestId, traceId: traceIdOf(traceparent) };
};

/** What explanations of orders are made of. */
export const createStoryReads = (database: Database): StoryReads => ({
  story: (name) =>
    database.transaction(async (tx) => {
      // Order, saga and timeline of one moment: else a step may be missing that the status tells of.
      await tx.execute(sql`set transaction isolation level repeatable read, read only`);
      return readStory(tx, name);
    }),

  async names(actorIds) {
    // By ids as the index has them: a cast of the column would read every user there is.
    const userIds = actorIds.filter(isUuid);
    if (userIds.length === 0) return new Map();
    const rows = await database.db
      .select({ id: userReplica.id, name: userReplica.name })
      .from(userReplica)
      .where(
        and(sql`${userReplica.id} = any(${sql.param(userIds)}::uuid[])`, eq(userReplica.deleted, false)),
      );
    return new Map(rows.flatMap(({ id, name }) => (name === "" ? [] : [[id, name] as const])));
  },
});
