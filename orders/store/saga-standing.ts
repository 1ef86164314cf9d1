import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { SAGA_ALARM_ATTEMPTS } from "../usecases/advance-saga.ts";
import { saga } from "./schema.ts";

/** How the sagas of a shop stand. */
export interface SagaStanding {
  readonly unfinished: number;
  /** Asked for in vain so often that a person should look. */
  readonly stuck: number;
}

/** One look at all that have not ended. */
export const readSagaStanding = async (db: Db): Promise<SagaStanding> => {
  const { rows } = await db.execute<{ unfinished: number; stuck: number }>(sql`
    select count(*)::int as unfinished,
      count(*) filter (where attempts >= ${SAGA_ALARM_ATTEMPTS})::int as stuck
    from ${saga} where finished_at is null`);
  return rows[0] ?? { unfinished: 0, stuck: 0 };
};
