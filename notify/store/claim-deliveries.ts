import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { statement } from "../../shared/sql/statement.ts";
import {
  ALERT_PATIENCE_MS,
  alertLanes,
  LOOK_AHEAD,
  lanes,
  rankOf,
  TOGETHER_MAX,
  takenTogether,
} from "../domain/lane.ts";
import { lanePaces, type Paces } from "../domain/pace.ts";
import type { Claim } from "../usecases/delivery-ports.ts";
import { type ClaimedRow, messagesOf } from "./claim-rows.ts";
import {
  botPace,
  chat,
  chatPace,
  delivery,
  deliveryLane,
  orderCard,
  preference,
  staffCard,
} from "./schema.ts";
import { milliseconds } from "./time.ts";

export interface ClaimOptions {
  /** Names the call. */
  readonly id: string;
  /** Messages that can be sent now. */
  readonly slots: number;
  readonly now: Date;
  readonly deadline: Date;
  readonly botId: string;
}

/** The options as a statement has them: each the SQL of a parameter. */
type Given = Readonly<Record<keyof ClaimOptions, SQL>>;

/** Stands for "as many as there are slots" where nothing limits the bot. */
const PLENTY = 1_000;
/** A bucket is kept in microseconds; what is less than a thousandth of a message is a rounding. */
const ROUNDING = 0.001;

const news = sql.raw(String(rankOf("news")));

/** A range, since the index of what is due goes by it. */
const isAlert = (lane: SQL): SQL => {
  const ranks = alertLanes.map(rankOf);
  return sql`${lane} between ${sql.raw(String(Math.min(...ranks)))} and ${sql.raw(String(Math.max(...ranks)))}`;
};

/** The lanes by rank, each with its pace and the lanes that go out with it. */
const laneTable = (paces: Paces): SQL => {
  const rows = lanePaces(paces).map(({ everyMs, aheadMs }, rank) => {
    const together = takenTogether[lanes[rank] ?? "news"].map(rankOf);
    const family = together.length === 0 ? [rank] : together;
    return sql.raw(
      `(${rank}::smallint, ${everyMs} * interval '1 millisecond', ${aheadMs} * interval '1 millisecond', array[${family.join()}]::smallint[])`,
    );
  });
  return sql`(values ${sql.join(rows, sql`, `)}) as lp(lane, every, ahead, family)`;
};

/**
 * The bot's bucket, locked: claims of several instances take turns, so together they never take more than there is.
 * `busy` are the people with a message under way, counted behind that lock.
 */
const budget = ({ botId, slots, now }: Given, { token, atOnce }: Paces): SQL => sql`
  pace as materialized (
    select case
        when b.paused_until > ${now} then 0
        when ${token.everyMs}::float8 = 0 then ${PLENTY}
        else floor(extract(epoch from ${now} - greatest(b.used_until, ${now}) + ${milliseconds(token.aheadMs)})
          * 1000 / nullif(${token.everyMs}::float8, 0) + ${ROUNDING}) + 1
      end as tokens,
      extract(epoch from greatest(b.paused_until, b.used_until - ${milliseconds(token.aheadMs)}) - ${now}) * 1000 as ready_ms
    from ${botPace} b where b.bot_id = ${botId} for update),
  busy as materialized (select b.user_id from pace cross join lateral people_under_way() as b(user_id)),
  room as materialized (
    select greatest(0, least(${slots}::float8, tokens::float8, ${atOnce}::float8 - (select count(*) from busy)))::int as n
    from pace)`;

/**
 * Lanes that are due, with what waits first in each, of people who have none under way and whose chat may be written to. The lock
 * reads a lane anew that another claim has just taken: that one is no longer due.
 */
const dueHeads = ({ now }: Given, { chatAheadMs }: Paces, which: SQL, limit: SQL): SQL => sql`
  select l.user_id, l.lane, h.id, h.order_id
  from ${deliveryLane} l
  cross join lateral (
    select d.id, d.next_at, d.expires_at,
      case when d.notice->>'template' = 'order-card' then d.notice->>'orderId' end as order_id
    from ${delivery} d
    where d.user_id = l.user_id and d.lane = l.lane and d.state = 'pending'
    order by d.position limit 1) h
  where ${which} and h.next_at <= ${now} and h.expires_at > ${now}
    and l.user_id <> all (array(select user_id from busy))
    and not exists (
      select 1 from ${chatPace} c
      where c.user_id = l.user_id
        and (c.held_until > ${now} or c.used_until > ${now} + ${milliseconds(chatAheadMs)}))
  order by l.lane, l.due_at
  limit ${limit}
  for no key update of l skip locked`;

/** Alerts that have waited long enough, then the most urgent and longest due; one lane a person. */
const dueLanes = (given: Given, paces: Paces): SQL => {
  const { now } = given;
  const isOverdueAlert = sql`${isAlert(sql`l.lane`)} and l.due_at <= ${now} - ${milliseconds(ALERT_PATIENCE_MS)}`;
  const isDue = sql`l.due_at <= ${now}`;
  const room = sql`coalesce((select n from room), 0)`;
  return sql`
  overdue as materialized (${dueHeads(given, paces, isOverdueAlert, room)}),
  heads as materialized (${dueHeads(given, paces, isDue, sql`${room} - (select count(*) from overdue)`)}),
  firsts as materialized (
    select distinct on (user_id) * from (select * from overdue union all select * from heads) due order by user_id, lane)`;
};

/**
 * Holds and charges the chats. Only here it is sure: who has been held or charged by another claim since we began to look, and may
 * not be written to any more, drops out.
 */
const charged = ({ now, deadline }: Given, { chatEveryMs, groupEveryMs, chatAheadMs }: Paces): SQL => sql`
  charged as (
    insert into ${chatPace} (user_id, used_until, held_until)
    select f.user_id,
      ${now} + case when c.chat_id < 0 then ${milliseconds(groupEveryMs)} else ${milliseconds(chatEveryMs)} end,
      ${deadline}
    from firsts f left join ${chat} c using (user_id)
    order by f.user_id
    on conflict (user_id) do update
      set used_until = greatest(${chatPace}.used_until, ${now}) + (excluded.used_until - ${now}),
        held_until = excluded.held_until
      where ${chatPace}.used_until <= ${now} + ${milliseconds(chatAheadMs)}
        and ${chatPace}.held_until <= ${now}
    returning user_id),
  allowed as materialized (
    select f.*, lp.every, lp.family from firsts f join lane_pace lp using (lane) join charged using (user_id))`;

/** What goes out as one message: the head alone, with newer news of its order, or with the alerts that wait. */
const taken = ({ now }: Given): SQL => sql`
  taken as materialized (
    select m.id, a.lane as for_lane from allowed a cross join lateral (
      select w.id from unnest(a.family) as f(lane) cross join lateral (
        select d.id, d.position, case when a.lane = ${news} then d.notice end as notice
        from ${delivery} d
        where d.user_id = a.user_id and d.lane = f.lane and d.state = 'pending' and d.expires_at > ${now}
        order by d.position
        limit case when a.lane = ${news} then ${LOOK_AHEAD}::int when ${isAlert(sql`a.lane`)} then ${TOGETHER_MAX}::int else 1 end) w
      where ${isAlert(sql`a.lane`)} or w.id = a.id
        or (w.notice->>'template' = 'order-card' and w.notice->>'orderId' = a.order_id)
      order by w.position limit ${TOGETHER_MAX}) m)`;

const claimed = ({ id, now, deadline, botId }: Given, { token }: Paces): SQL => sql`
  claimed as (
    update ${delivery} d
    set state = 'sending', attempts = d.attempts + 1, send_deadline = ${deadline}, claim_id = ${id}, updated_at = ${now}
    from taken t where d.id = t.id and d.state = 'pending'
    returning d.*, t.for_lane),
  held as (
    update ${deliveryLane} l
    set due_at = ${deadline},
      used_until = case when a.every > interval '0' then greatest(l.used_until, ${now}) + a.every else l.used_until end
    from allowed a where l.user_id = a.user_id and l.lane = a.lane),
  spent as (
    update ${botPace} set used_until = greatest(used_until, ${now})
      + ${milliseconds(token.everyMs)} * (select count(*) from allowed)
    where bot_id = ${botId} and ${token.everyMs}::float8 > 0 and exists (select 1 from allowed))`;

const nextLane = (now: SQL): SQL => sql`(
  select extract(epoch from min(x.due_at) - ${now}) * 1000 from lane_pace n cross join lateral (
    select l.due_at from ${deliveryLane} l where l.lane = n.lane and l.due_at > ${now} order by l.due_at limit 1) x)`;

const claimText = (given: Given, paces: Paces): SQL => sql`
  with lane_pace as materialized (select * from ${laneTable(paces)}),
  ${budget(given, paces)},
  ${dueLanes(given, paces)},
  ${charged(given, paces)},
  ${taken(given)},
  ${claimed(given, paces)}
  select p.tokens::float8 as tokens, p.ready_ms::float8 as ready_ms, ${nextLane(given.now)}::float8 as next_ms,
    d.*, c.user_id as chat_user, c.chat_id, c.kind as chat_kind, c.state as chat_state, c.language, c.timezone, c.role, c.user_version,
    coalesce(k.message_id, s.message_id) as card_message, coalesce(k.version, s.version) as card_version,
    f.choices, f.quiet_from, f.quiet_to, f.language as own_language
  from pace p left join (
    select id, for_lane, user_id, class, channel, notice, state, attempts, telegram_message_id, reason, next_at, expires_at,
      created_at, updated_at, origin, position from claimed) d on true
  left join ${chat} c on c.user_id = d.user_id
  left join ${orderCard} k on k.chat_id = c.chat_id and k.order_id = (d.notice->>'orderId')::uuid
    and d.notice->>'template' = 'order-card'
  left join ${staffCard} s on s.chat_id = c.chat_id and s.order_id = (d.notice->>'orderId')::uuid
    and d.notice->>'template' = 'staff-card'
  left join ${preference} f on f.user_id = d.user_id
  order by d.for_lane, d.position`;

const after = (now: Date, ms: number): Date => new Date(now.getTime() + Math.ceil(ms));

/**
 * When the bot's bucket holds as much again as is sent at once: while it is the bucket that everybody waits for, a claim for each
 * single message would cost many times what the message does.
 */
const refilledAt = (row: ClaimedRow, taken: number, now: Date, { token, atOnce }: Paces): Date | null => {
  if (row.tokens - taken >= 1) return null;
  const burst = Math.min(atOnce, 1 + Math.floor(token.aheadMs / Math.max(1, token.everyMs)));
  const others = row.tokens < 1 ? burst - 1 : burst;
  return after(now, Math.max(0, row.ready_ms) + others * token.everyMs);
};

const claimStatement = (paces: Paces) =>
  statement<ClaimOptions>(({ value }) => {
    const moment = (read: (options: ClaimOptions) => Date) =>
      sql`${value((options) => read(options).toISOString())}::timestamptz`;
    const given = {
      id: value(({ id }) => id),
      slots: value(({ slots }) => slots),
      botId: value(({ botId }) => botId),
      now: moment(({ now }) => now),
      deadline: moment(({ deadline }) => deadline),
    };
    return claimText(given, paces);
  });

/** The paces are settled at the start, so the statement of each is written once. */
const statements = new WeakMap<Paces, ReturnType<typeof claimStatement>>();

/** Null where the bot's bucket has not been made yet. */
export const claimDeliveries = async (
  db: Queryable,
  options: ClaimOptions,
  paces: Paces,
): Promise<Claim | null> => {
  const claim = statements.getOrInsertComputed(paces, claimStatement);
  const { rows } = await db.execute<ClaimedRow>(claim(options));
  const [first] = rows;
  if (first === undefined) return null;
  const messages = messagesOf(options.id, rows);
  return {
    messages,
    nextAt: first.next_ms === null ? null : after(options.now, first.next_ms),
    notBefore: refilledAt(first, messages.length, options.now, paces),
  };
};
