import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import type { OtherChannel } from "../domain/channel.ts";
import { BREAKS_AFTER, CALLS_AT_ONCE } from "../domain/webhook.ts";
import type { ChannelQueue } from "../usecases/channel-ports.ts";
import { type DeliveryRow, deliveryFrom } from "./delivery-row.ts";
import { channelPace, delivery, webhook } from "./schema.ts";
import { milliseconds, time } from "./time.ts";
import { type WebhookRow, webhookFrom } from "./webhook-row.ts";

type ClaimedRow = { next_at_any: string | null } & (
  | { id: null }
  | (DeliveryRow & { hook: WebhookRow | null })
);

interface ClaimOptions {
  readonly id: string;
  readonly slots: number;
  readonly now: Date;
  readonly deadline: Date;
}

/** What is past its time is nobody's to hand over: a sweep ends it. */
const isWaiting = (channel: OtherChannel, now: Date): SQL =>
  sql`d.channel = ${channel} and d.state = 'pending' and d.expires_at > ${time(now)}`;

const isDue = (channel: OtherChannel, now: Date): SQL =>
  sql`${isWaiting(channel, now)} and d.next_at <= ${time(now)}`;

/** Marks what `taken` names. */
const claimed = ({ id, now, deadline }: ClaimOptions): SQL => sql`
  claimed as (
    update ${delivery} d
    set state = 'sending', attempts = d.attempts + 1, send_deadline = ${time(deadline)}, claim_id = ${id}, updated_at = ${time(now)}
    from taken t where d.id = t.id and d.state = 'pending'
    returning d.*)`;

/** One mail each so often, over all instances: claims take turns at the row of the pace. */
const mailClaim = (options: ClaimOptions, everyMs: number): SQL => {
  const { slots, now } = options;
  return sql`
  with pace as materialized (select used_until from ${channelPace} where channel = 'email' for update),
  taken as materialized (
    select d.id from ${delivery} d where ${isDue("email", now)}
    order by d.next_at
    limit (select case when used_until > ${time(now)} then 0 else least(1, ${slots}::int) end from pace)
    for update skip locked),
  ${claimed(options)},
  spent as (
    update ${channelPace} set used_until = ${time(now)} + ${milliseconds(everyMs)}
    where channel = 'email' and exists (select 1 from claimed))
  select c.*, null::jsonb as hook,
    (select greatest(m.at, case when exists (select 1 from taken)
        then ${time(now)} + ${milliseconds(everyMs)} else p.used_until end)
      from (select min(d.next_at) as at from ${delivery} d where ${isWaiting("email", now)}
        and d.id not in (select id from taken)) m
      where m.at is not null) as next_at_any
  from pace p left join claimed c on true`;
};

/**
 * A few of each webhook that is neither switched off nor left alone for now, so that none waits for another; of one that fails, one. While one
 * instance claims for a webhook, others pass it over. What waits behind as many calls as there may be says nothing of when: whoever ends one of
 * them rings.
 */
const webhookClaim = (options: ClaimOptions): SQL => {
  const { slots, now } = options;
  return sql`
  with live as materialized (
    select w.id, greatest(0, case when w.failures >= ${BREAKS_AFTER} then 1 else ${CALLS_AT_ONCE} end - (
      select count(*) from ${delivery} s where s.target = w.id and s.state = 'sending')) as room
    from ${webhook} w
    where w.active and (w.paused_until is null or w.paused_until <= ${time(now)})
      and exists (select 1 from ${delivery} d where d.target = w.id and ${isDue("webhook", now)})
    for update of w skip locked),
  taken as materialized (
    select f.id, l.id as target from live l cross join lateral (
      select d.id, d.next_at from ${delivery} d where d.target = l.id and ${isDue("webhook", now)}
      order by d.next_at limit l.room for update skip locked) f
    order by f.next_at limit ${slots}),
  ${claimed(options)}
  select c.*, to_jsonb(w.*) as hook, n.next_at as next_at_any
  from (
    select min(greatest(d.next_at, h.paused_until)) as next_at from ${webhook} h
    cross join lateral (
      select d.next_at from ${delivery} d where d.target = h.id and ${isWaiting("webhook", now)}
        and d.id not in (select id from taken) order by d.next_at limit 1) d
    where h.active and not exists (
      select 1 from live l where l.id = h.id and l.room <= (select count(*) from taken t where t.target = l.id))) n
  left join claimed c on true left join ${webhook} w on w.id = c.target`;
};

const queueOf = (db: Db, channel: OtherChannel, claimOf: (options: ClaimOptions) => SQL): ChannelQueue => ({
  channel,
  async claim(id, slots, now, deadline) {
    const { rows } = await db.execute<ClaimedRow>(claimOf({ id, slots, now, deadline }));
    const next = rows[0]?.next_at_any ?? null;
    return {
      taken: rows.flatMap((row) => {
        if (row.id === null) return [];
        const target = row.hook === null ? null : webhookFrom(row.hook);
        return [{ claimId: id, delivery: deliveryFrom(row), webhook: target }];
      }),
      nextAt: next === null ? null : new Date(next),
    };
  },
  async unclaim(id) {
    await db.execute(sql`
      update ${delivery} set state = 'pending', reason = null, attempts = attempts - 1, send_deadline = null
      -- A sweep may have given it up already.
      where claim_id = ${id} and channel = ${channel} and state in ('sending', 'unknown')`);
  },
});

/** The mails that wait, one each `everyMs` milliseconds. */
export const createMailQueue = (db: Db, everyMs: number): ChannelQueue => {
  const queue = queueOf(db, "email", (options) => mailClaim(options, everyMs));
  let isOpen = false;
  return {
    ...queue,
    async claim(...args) {
      if (!isOpen)
        await db.execute(sql`
          insert into ${channelPace} (channel, used_until) values ('email', 'epoch') on conflict do nothing`);
      isOpen = true;
      return queue.claim(...args);
    },
  };
};

/** What waits for webhooks. */
export const createWebhookQueue = (db: Db): ChannelQueue => queueOf(db, "webhook", webhookClaim);
