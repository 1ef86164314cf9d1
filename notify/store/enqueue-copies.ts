import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { channelRank, copyKeyOf, type OtherChannel } from "../domain/channel.ts";
import type { DeliveryClass } from "../domain/delivery.ts";
import type { Notice } from "../domain/notice.ts";
import { delivery, mailAddress, preference, webhook } from "./schema.ts";
import { time } from "./time.ts";

/** A delivery on another channel than the bot's. `userId` is the webhook's id where it concerns no person. */
export interface OtherDelivery {
  readonly id: string;
  readonly dedupeKey: string;
  readonly class: DeliveryClass;
  readonly channel: OtherChannel;
  readonly target: string | null;
  readonly userId: string;
  readonly notice: Notice;
  readonly nextAt: Date;
  readonly expiresAt: Date;
}

/** Stores what is new in one statement; the same dedupe key again is left out. Answers the ids of what was stored. */
export const insertOthers = async (
  db: Queryable,
  rows: readonly OtherDelivery[],
  now: Date,
): Promise<string[]> => {
  if (rows.length === 0) return [];
  const stored = await db.execute<{ id: string }>(sql`
    insert into ${delivery}
      (id, dedupe_key, class, channel, target, user_id, lane, notice, expires_at, next_at, created_at, updated_at)
    select d.*, ${time(now)}, ${time(now)} from unnest(
      ${column(rows, "uuid", ({ id }) => id)},
      ${column(rows, "text", ({ dedupeKey }) => dedupeKey)},
      ${column(rows, "text", (row) => row.class)},
      ${column(rows, "text", ({ channel }) => channel)},
      ${column(rows, "uuid", ({ target }) => target)},
      ${column(rows, "uuid", ({ userId }) => userId)},
      ${column(rows, "smallint", ({ channel }) => channelRank[channel])},
      ${column(rows, "jsonb", ({ notice }) => JSON.stringify(notice))},
      ${column(rows, "timestamptz", ({ expiresAt }) => expiresAt.toISOString())},
      ${column(rows, "timestamptz", ({ nextAt }) => nextAt.toISOString())}) as d
    on conflict (dedupe_key) do nothing
    returning id`);
  return stored.rows.map(({ id }) => id);
};

/** What goes to a person's chat, and wants to. */
export interface Original {
  readonly class: DeliveryClass;
  readonly dedupeKey: string;
  readonly userId: string;
  readonly notice: Notice;
  readonly nextAt: Date;
  readonly expiresAt: Date;
}

interface Copied {
  readonly n: number;
  readonly channel: OtherChannel;
  readonly target: string | null;
}

/** On which other channels each of these people is told: by mail with a confirmed address; by every webhook that hands messages on. */
const channelsOf = async (db: Queryable, originals: readonly Original[]): Promise<readonly Copied[]> => {
  const { rows } = await db.execute<{ n: string; channel: OtherChannel; target: string | null }>(sql`
    with told as (
      select * from unnest(
        ${column(originals, "uuid", ({ userId }) => userId)},
        ${column(originals, "boolean", (one) => one.class === "transactional")}
      ) with ordinality as t(user_id, is_transactional, n))
    select t.n, 'email' as channel, null::uuid as target
    from told t join ${mailAddress} m on m.user_id = t.user_id and m.state = 'confirmed'
    union all
    select t.n, 'webhook', w.id
    from told t
    join ${preference} p on p.user_id = t.user_id and (p.channels ->> 'webhook')::boolean
    join ${webhook} w on w.active and 'notification.*' = any(w.events)
    where t.is_transactional
    order by 1, 2`);
  return rows.map(({ n, channel, target }) => ({ n: Number(n) - 1, channel, target }));
};

/**
 * Puts the copies for a person's other channels into the queue, in the transaction of what goes to the chat. Advertising is mailed, and
 * never handed on to phones. Costs nothing where none of it is copied, and one statement where nobody has chosen another channel.
 */
export const enqueueCopies = async (
  db: Queryable,
  deliveries: readonly Original[],
  now: Date,
): Promise<void> => {
  const keyed = deliveries.flatMap((original) => {
    const key = copyKeyOf(original.class, original.dedupeKey, original.notice);
    return key === null ? [] : [{ original, key }];
  });
  if (keyed.length === 0) return;
  const copied = await channelsOf(
    db,
    keyed.map(({ original }) => original),
  );
  const rows = copied.flatMap(({ n, channel, target }): OtherDelivery[] => {
    const one = keyed[n];
    if (one === undefined) return [];
    const { userId, notice, nextAt, expiresAt, class: deliveryClass } = one.original;
    const dedupeKey = `${channel}:${target ?? ""}:${userId}:${one.key}`;
    const common = { id: newId(), dedupeKey, class: deliveryClass, channel, target };
    return [{ ...common, userId, notice, nextAt, expiresAt }];
  });
  await insertOthers(db, rows, now);
};
