import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../contracts/envelope.ts";
import type { Database } from "../ports/database.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { crashPoint } from "../runtime/crash-point.ts";
import { column } from "../sql/column.ts";
import type { Lease } from "./lease.ts";
import { outbox } from "./schema.ts";

type Row = { position: string; exchange: string; event: EventEnvelope };
/** `more`: the batch was full. `passive`: another relay publishes. */
export type Turn = "more" | "published" | "empty" | "passive";

/** Whether there is anything to take the lease for, in a statement that writes nothing. */
const look = async ({ db }: Database, { isTaken }: Lease): Promise<"free" | "empty" | "passive"> => {
  const { rows } = await db.execute<{ taken: boolean }>(sql`
    select ${isTaken} as taken from ${outbox} where published_at is null limit 1`);
  if (rows[0] === undefined) return "empty";
  return rows[0].taken ? "passive" : "free";
};

/**
 * The oldest rows that wait. A statement after the one that took the lease, so that it sees what the holder before has
 * marked.
 */
const readBatch = async ({ db }: Database, size: number): Promise<Row[]> => {
  const { rows } = await db.execute<Row>(sql`
    select position, exchange, event from ${outbox}
    where published_at is null order by position limit ${size}`);
  return rows;
};

const positions = (rows: readonly Row[]) => column(rows, "bigint", ({ position }) => position);

const markPublished = async ({ db }: Database, rows: readonly Row[]) => {
  await db.execute(sql`
    update ${outbox} set published_at = now() where position = any(${positions(rows)})`);
};

const countFailure = async ({ db }: Database, rows: readonly Row[]) => {
  await db.execute(sql`
    update ${outbox} set attempts = attempts + 1 where position = any(${positions(rows)})`);
};

const publishRows = async (bus: EventBus, rows: readonly Row[]) => {
  const byExchange = Map.groupBy(rows, (row) => row.exchange);
  for (const [exchange, group] of byExchange) {
    await bus.publish(
      exchange,
      group.map((row) => row.event),
    );
  }
};

export interface TurnOptions {
  readonly database: Database;
  readonly bus: EventBus;
  /** Events of one publish, at most. */
  readonly batchSize?: number | undefined;
}

/** Publishes one batch, if there is any; says whether the lease is kept when there is none. Rejects as the bus or the database does. */
export type TakeTurn = (afterwards: "keep" | "give-back") => Promise<Turn>;

/** Turns of one relay under its lease; asked for at once, they are taken one after the other. */
export const createTurn = ({ database, bus, batchSize = 500 }: TurnOptions, lease: Lease): TakeTurn => {
  const publishAndMark = async (rows: readonly Row[]) => {
    try {
      crashPoint("outbox.publish.before");
      await lease.keep(() => publishRows(bus, rows));
      crashPoint("outbox.publish.after");
    } catch (error) {
      await countFailure(database, rows).catch(() => undefined);
      throw error;
    }
    await markPublished(database, rows);
  };
  const turn = async (afterwards: "keep" | "give-back"): Promise<Turn> => {
    if (!lease.held) {
      const seen = await look(database, lease);
      if (seen !== "free") return seen;
    }
    if (!(await lease.take())) return "passive";
    const rows = await readBatch(database, batchSize);
    if (rows.length === 0) {
      if (afterwards === "give-back") await lease.release();
      return "empty";
    }
    await publishAndMark(rows);
    return rows.length < batchSize ? "published" : "more";
  };
  // The loop and `drain` share one holder: they take turns.
  let last: Promise<unknown> = Promise.resolve();
  return (afterwards) => {
    const run = () => turn(afterwards);
    const mine = last.then(run, run);
    last = mine;
    return mine;
  };
};
