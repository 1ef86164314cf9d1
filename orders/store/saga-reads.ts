import { and, asc, eq, gt, gte, isNull } from "drizzle-orm";
import type { Database } from "../../shared/ports/database.ts";
import { SAGA_ALARM_ATTEMPTS } from "../usecases/advance-saga.ts";
import type { SagaReads } from "../usecases/list-sagas.ts";
import { customerOrder, saga } from "./schema.ts";

const standings = ({ db }: Database) =>
  db.select().from(saga).innerJoin(customerOrder, eq(customerOrder.id, saga.orderId));

type StandingRow = Awaited<ReturnType<typeof standings>>[number];

/** By its columns alone: a saga whose payload cannot be read is one that staff have to see. */
const standingFrom = ({ saga: row, customer_order: order }: StandingRow) => {
  const { step, version, attempts } = row;
  return {
    orderId: order.id,
    number: order.number,
    orderStatus: order.status,
    step,
    version,
    attempts,
    nextAt: row.nextAt,
    updatedAt: row.updatedAt,
    createdAt: order.createdAt,
    problem: row.problem,
  };
};

/** Ids are UUIDv7, so their order is that in which the orders were placed. */
export const createSagaReads = (database: Database): SagaReads => ({
  async listUnfinished({ step, minAttempts, afterId, limit }) {
    const rows = await standings(database)
      .where(
        and(
          isNull(saga.finishedAt),
          step === null ? undefined : eq(saga.step, step),
          gte(saga.attempts, minAttempts),
          afterId === null ? undefined : gt(saga.orderId, afterId),
        ),
      )
      .orderBy(asc(saga.orderId))
      .limit(limit);
    return rows.map(standingFrom);
  },
  async find(orderId) {
    const [row] = await standings(database).where(eq(saga.orderId, orderId));
    return row === undefined ? null : standingFrom(row);
  },
});

/** Unfinished sagas that a person should look at. */
export const countStuck = ({ db }: Database): Promise<number> =>
  db.$count(saga, and(isNull(saga.finishedAt), gte(saga.attempts, SAGA_ALARM_ATTEMPTS)));
