import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { CardAudience } from "../domain/card.ts";
import type { Delivery, Settlement } from "../domain/delivery.ts";
import { rankOf } from "../domain/lane.ts";
import { lanePaces, type Paces } from "../domain/pace.ts";
import type { Outcome, Recorded } from "../usecases/delivery-ports.ts";
import { chat, chatPace, delivery, deliveryLane, orderCard, staffCard } from "./schema.ts";
import { milliseconds, time } from "./time.ts";

interface Ended {
  readonly delivery: Delivery;
  readonly settlement: Settlement;
  readonly outcome: Outcome;
}

const endedOf = (outcome: Outcome): Ended[] =>
  outcome.message.deliveries.flatMap((one, i) => {
    const settlement = outcome.settlements[i];
    return settlement === undefined ? [] : [{ delivery: one, settlement, outcome }];
  });

const isoOf = (at: Date | null): string | null => at?.toISOString() ?? null;

const given = (ended: readonly Ended[]): SQL => sql`
  given as materialized (select * from unnest(
    ${column(ended, "uuid", (one) => one.delivery.id)},
    ${column(ended, "uuid", ({ outcome }) => outcome.message.claimId)},
    ${column(ended, "text", ({ settlement }) => settlement.state)},
    ${column(ended, "text", ({ settlement }) => settlement.reason)},
    ${column(ended, "bigint", ({ settlement }) => settlement.telegramMessageId)},
    ${column(ended, "timestamptz", ({ settlement }) => isoOf(settlement.nextAt))},
    ${column(ended, "bigint", ({ outcome }) => outcome.chatId)}
  ) as g(id, claim_id, state, reason, telegram_message_id, next_at, chat_id))`;

/** A card shows the newest version and never moves back; one that is shown anew is another message of the same version. */
const savedCards = (outcomes: readonly Outcome[], audience: CardAudience, now: Date): SQL => {
  const cards = audience === "buyer" ? orderCard : staffCard;
  const shown = outcomes.flatMap(({ card, chatId }) =>
    card === null || card.audience !== audience || chatId === null ? [] : [{ ...card, chatId }],
  );
  return sql`
  ${sql.raw(`saved_${audience}_cards`)} as (
    insert into ${cards} (order_id, chat_id, message_id, version, updated_at)
    select s.*, ${time(now)} from unnest(
      ${column(shown, "uuid", ({ orderId }) => orderId)},
      ${column(shown, "bigint", ({ chatId }) => chatId)},
      ${column(shown, "bigint", ({ messageId }) => messageId)},
      ${column(shown, "integer", ({ version }) => version)}) as s
    on conflict (order_id, chat_id) do update
      set message_id = excluded.message_id, version = excluded.version, updated_at = excluded.updated_at
      where ${cards}.version <= excluded.version)`;
};

/** Of people. A group is closed by whoever tells the admins of it (usecases/groups.ts), and by nobody before. */
const closedChats = (outcomes: readonly Outcome[], now: Date): SQL => {
  const closed = outcomes.filter(({ isChatClosed }) => isChatClosed);
  return sql`
  closed_chats as (
    update ${chat} set state = 'blocked', updated_at = ${time(now)}
    where chat_id = any(${column(closed, "bigint", ({ chatId }) => chatId)}) and state <> 'blocked' and kind = 'private')`;
};

/** A lane is due again when its own pace and its chat's allow, and not before its head may be tried again. */
const openedLanes = (outcomes: readonly Outcome[], paces: Paces, now: Date): SQL => {
  const nextAtOf = ({ settlements }: Outcome) =>
    isoOf(
      settlements
        .map(({ nextAt }) => nextAt)
        .reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null),
    );
  const aheadOf = ({ message: { lane } }: Outcome) => lanePaces(paces)[rankOf(lane)]?.aheadMs ?? 0;
  return sql`
  opened_lanes as (
    update ${deliveryLane} l set due_at = greatest(
      ${time(now)}, n.next_at, l.used_until - n.ahead_ms * interval '1 millisecond',
      (select c.used_until - ${milliseconds(paces.chatAheadMs)} from ${chatPace} c where c.user_id = l.user_id))
    from unnest(
      ${column(outcomes, "uuid", ({ message }) => message.userId)},
      ${column(outcomes, "smallint", ({ message }) => rankOf(message.lane))},
      ${column(outcomes, "float8", aheadOf)},
      ${column(outcomes, "timestamptz", nextAtOf)}) as n(user_id, lane, ahead_ms, next_at)
    where l.user_id = n.user_id and l.lane = n.lane)`;
};

const asRecorded = ({ delivery: claimed, settlement }: Ended, now: Date): Delivery => {
  const { nextAt, ...end } = settlement;
  return { ...claimed, ...end, nextAt: nextAt ?? claimed.nextAt, updatedAt: now };
};

const recordedOf = (ended: readonly Ended[], byId: ReadonlyMap<string, boolean>, now: Date): Recorded => {
  const own = ended.filter((one) => byId.has(one.delivery.id));
  return {
    deliveries: own.map((one) => asRecorded(one, now)),
    hasNext: own.length === 0 || own.some((one) => byId.get(one.delivery.id) === true),
  };
};

/** In the order in which claims take them: two who hold the same people never wait for each other. */
const releasedChats = (outcomes: readonly Outcome[], now: Date): SQL => sql`
  locked_chats as materialized (
    select user_id from ${chatPace} where user_id = any(${column(outcomes, "uuid", ({ message }) => message.userId)})
    order by user_id for update),
  released_chats as (
    update ${chatPace} c set held_until = ${time(now)} from locked_chats l where c.user_id = l.user_id)`;

type Row = { id: string; has_next: boolean };

/**
 * Records what came of several messages, all of it or nothing: deliveries, cards, chats and lanes in one statement. A delivery
 * that somebody has claimed anew keeps its state. Answers one record an outcome, in their order.
 */
export const recordOutcomes = async (
  db: Queryable,
  outcomes: readonly Outcome[],
  paces: Paces,
  now: Date,
): Promise<Recorded[]> => {
  const ended = outcomes.flatMap(endedOf);
  const { rows } = await db.execute<Row>(sql`
    with ${given(ended)}, ${savedCards(outcomes, "buyer", now)}, ${savedCards(outcomes, "staff", now)}, ${closedChats(outcomes, now)},
    ${openedLanes(outcomes, paces, now)}, ${releasedChats(outcomes, now)},
    done as (
      update ${delivery} d
      set state = g.state, reason = g.reason, telegram_message_id = g.telegram_message_id,
        next_at = coalesce(g.next_at, d.next_at), chat_id = g.chat_id, send_deadline = null, updated_at = ${time(now)}
      from given g
      -- A sweep may have given it up a moment before the answer came: the answer is the better knowledge.
      where d.id = g.id and d.claim_id = g.claim_id and d.state in ('sending', 'unknown')
      returning d.id, d.user_id, g.state)
    select done.id, done.state = 'pending' or exists (
      select 1 from ${delivery} d where d.user_id = done.user_id and d.state = 'pending' and d.channel = 'telegram') as has_next
    from done`);
  const byId = new Map(rows.map((row) => [row.id, row.has_next]));
  return outcomes.map((outcome) => recordedOf(endedOf(outcome), byId, now));
};
