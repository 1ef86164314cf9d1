import { eq, sql } from "drizzle-orm";
import type { Queryable } from "../ports/database.ts";
import { replicaState } from "./schema.ts";

/** How far a replica has been filled. */
export interface FillState {
  /** The owner's cursor of the page to come; null at the beginning. */
  readonly cursor: string | null;
  readonly isFilled: boolean;
}

const BEGINNING: FillState = { cursor: null, isFilled: false };

export const readFillState = async (db: Queryable, name: string): Promise<FillState> => {
  const [row] = await db.select().from(replicaState).where(eq(replicaState.name, name));
  return row === undefined ? BEGINNING : { cursor: row.cursor, isFilled: row.filledAt !== null };
};

/** Remembers how far it is. A replica that was full stays so, whoever comes late. */
export const saveFillState = async (db: Queryable, name: string, state: FillState): Promise<void> => {
  const filledAt = state.isFilled ? sql`now()` : null;
  await db
    .insert(replicaState)
    .values({ name, cursor: state.cursor, filledAt })
    .onConflictDoUpdate({
      target: replicaState.name,
      set: { cursor: state.cursor, filledAt, updatedAt: sql`now()` },
      setWhere: sql`${replicaState.filledAt} is null`,
    });
};
