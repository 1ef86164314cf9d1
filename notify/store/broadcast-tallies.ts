import { eq, type SQL, sql } from "drizzle-orm";
import type { Queryable, Tx } from "../../shared/ports/database.ts";
import { type DeliveryGroup, emptyTally, type Tally, withDeliveries } from "../domain/broadcast-tally.ts";
import type { DeliveryState } from "../domain/delivery.ts";
import { rankOf } from "../domain/lane.ts";
import { broadcast, broadcastRecipient } from "./broadcast-schema.ts";
import { delivery } from "./schema.ts";

/** What its deliveries into chats queue in; copies of them for other ways have lanes of their own. */
export const broadcastLane = rankOf("broadcast");

/** The deliveries of a broadcast and their copies, but not those that somebody sent to themselves to look at it. */
export const ofBroadcast = (id: string): SQL =>
  sql`d.class = 'broadcast' and (d.notice ->> 'broadcastId') = ${id}::text`;

/** The deliveries of a broadcast into chats: one a recipient, which is what is counted. */
export const inChats = (id: string): SQL => sql`${ofBroadcast(id)} and d.lane = ${broadcastLane}`;

export type GroupRow = { state: DeliveryState; reason: string | null; n: number };

export const groupsOf = (rows: readonly GroupRow[]): DeliveryGroup[] =>
  rows.map(({ state, reason, n: count }) => ({ state, reason, count }));

const goneOf = async (db: Queryable, id: string): Promise<Tally> => {
  const [stored] = await db.select({ gone: broadcast.gone }).from(broadcast).where(eq(broadcast.id, id));
  return stored?.gone ?? emptyTally;
};

/** How it ended for whom so far: what the rows say at one moment, and what was counted of rows that are gone. */
export const readTally = async (db: Queryable, id: string): Promise<Tally> => {
  const { rows } = await db.execute<GroupRow & { gone: Tally | null }>(sql`
    select d.state, d.reason, count(*)::int as n, null::jsonb as gone
    from ${delivery} d where ${inChats(id)} group by d.state, d.reason
    union all
    select 'pending', null, (select count(*)::int from ${broadcastRecipient} r where r.broadcast_id = b.id), b.gone
    from ${broadcast} b where b.id = ${id}::uuid`);
  const gone = rows.find((row) => row.gone !== null)?.gone ?? emptyTally;
  return withDeliveries(gone, groupsOf(rows));
};

/** Counts what is gone. The broadcast's row has to be locked by this transaction. */
export const addToGone = async (tx: Tx, id: string, add: (tally: Tally) => Tally): Promise<void> => {
  await tx
    .update(broadcast)
    .set({ gone: add(await goneOf(tx, id)) })
    .where(eq(broadcast.id, id));
};
