import { sql } from "drizzle-orm";
import type { Database } from "../../shared/ports/database.ts";
import { saga } from "./schema.ts";

/** Of the unfinished sagas at one step: how many, and how long the oldest has stood there, in seconds. */
export interface SagaCount {
  readonly count: number;
  readonly oldestSeconds: number;
}

const read = async ({ db }: Database): Promise<ReadonlyMap<string, SagaCount>> => {
  const { rows } = await db.execute<{ step: string; count: number; oldest: number }>(sql`
    select step, count(*)::int as count, extract(epoch from now() - min(updated_at))::float8 as oldest
    from ${saga} where finished_at is null group by step`);
  return new Map(
    rows.map(({ step, count, oldest }) => [step, { count, oldestSeconds: Math.max(0, oldest) }]),
  );
};

/** Counts the unfinished sagas by step. Who asks at the same time waits for the same statement. */
export const createSagaCounts = (database: Database): (() => Promise<ReadonlyMap<string, SagaCount>>) => {
  let reading: Promise<ReadonlyMap<string, SagaCount>> | undefined;
  return () => {
    reading ??= read(database).finally(() => {
      reading = undefined;
    });
    return reading;
  };
};
