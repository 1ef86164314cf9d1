import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import type { PersonPart } from "../../shared/people/export-page.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { withDeliveries, withMore } from "../domain/broadcast-tally.ts";
import { broadcast, broadcastRecipient } from "./broadcast-schema.ts";
import { addToGone, broadcastLane, type GroupRow, groupsOf, ofBroadcast } from "./broadcast-tallies.ts";
import { delivery } from "./schema.ts";

// What broadcasts hold about a person beside their deliveries: whose turn is still to come, and who wrote and began them.

/** Broadcasts that they will get when their turn comes. */
export const expectedBroadcastsPart: PersonPart = {
  name: "broadcastsToCome",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select({ broadcastId: broadcastRecipient.broadcastId })
      .from(broadcastRecipient)
      .where(
        and(
          eq(broadcastRecipient.userId, userId),
          after === null ? undefined : gt(broadcastRecipient.broadcastId, after),
        ),
      )
      .orderBy(asc(broadcastRecipient.broadcastId))
      .limit(limit);
    return rows.map((row) => ({ key: row.broadcastId, record: row }));
  },
};

/** Broadcasts that they wrote or began, for the shop. */
export const writtenBroadcastsPart: PersonPart = {
  name: "broadcastsWritten",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select({
        id: broadcast.id,
        texts: broadcast.texts,
        createdAt: broadcast.createdAt,
        startedAt: broadcast.startedAt,
      })
      .from(broadcast)
      .where(
        and(
          or(eq(broadcast.createdBy, userId), eq(broadcast.startedBy, userId)),
          after === null ? undefined : gt(broadcast.id, after),
        ),
      )
      .orderBy(asc(broadcast.id))
      .limit(limit);
    return rows.map((row) => ({ key: row.id, record: row }));
  },
};

/** The broadcasts that count the person, locked in the order of their ids. */
const lockOwn = async (tx: Tx, userId: string): Promise<string[]> => {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select b.id from ${broadcast} b where b.id in (
      select r.broadcast_id from ${broadcastRecipient} r where r.user_id = ${userId}::uuid
      union
      select (d.notice ->> 'broadcastId')::uuid from ${delivery} d
      where d.user_id = ${userId}::uuid and d.class = 'broadcast')
    order by b.id for update`);
  return rows.map(({ id }) => id);
};

/** Takes the person out of one broadcast, which counts on as if they were there. Answers how many messages went. */
const leave = async (tx: Tx, id: string, userId: string): Promise<number> => {
  const waited = await tx
    .delete(broadcastRecipient)
    .where(and(eq(broadcastRecipient.broadcastId, id), eq(broadcastRecipient.userId, userId)));
  // What waited is not sent any more.
  const { rows } = await tx.execute<GroupRow>(sql`
    with gone as (
      delete from ${delivery} d
      where ${ofBroadcast(id)} and d.user_id = ${userId}::uuid and d.state <> 'sending'
      returning case d.state when 'pending' then 'suppressed' else d.state end as state, d.reason, d.lane)
    select state, reason, (count(*) filter (where lane = ${broadcastLane}))::int as n
    from gone group by state, reason`);
  const groups = groupsOf(rows);
  await addToGone(tx, id, (tally) =>
    withMore(withDeliveries(tally, groups), "suppressed", waited.rowCount ?? 0),
  );
  return groups.reduce((sum, { count }) => sum + count, 0);
};

/** Their place in broadcasts, whose counts stay, and their name on those that they wrote. Before their other messages go. */
export const eraseBroadcasts: EraseStep = async (tx, { userId }) => {
  let messages = 0;
  for (const id of await lockOwn(tx, userId)) messages += await leave(tx, id, userId);
  const written = await tx
    .update(broadcast)
    .set({
      createdBy: sql`nullif(${broadcast.createdBy}, ${userId}::uuid)`,
      startedBy: sql`nullif(${broadcast.startedBy}, ${userId}::uuid)`,
    })
    .where(or(eq(broadcast.createdBy, userId), eq(broadcast.startedBy, userId)));
  return { erased: { "messages of broadcasts": messages, "names on broadcasts": written.rowCount ?? 0 } };
};
