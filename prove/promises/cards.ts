import { sql } from "drizzle-orm";
import type { Finding, ShopUnderProof } from "../promise.ts";
import { finding } from "./act-notes.ts";
import { bounds } from "./bounds.ts";
import { firstFew, type OrderRow } from "./rows.ts";

/** What becomes of a card that nobody gets. */
const FAILED = ["failed", "expired"];
const WAITING = ["pending", "sending"];

interface CardRow extends Record<string, unknown> {
  readonly orderId: string;
  readonly state: string;
  /**
   * Whether it could go out now: its time has come, and that of those before it. One that is put off for longer than anything is (no retry
   * waits for more than a minute) is as good as stuck.
   */
  readonly due: boolean;
}

/** How many cards waited when they were last looked at, and when they were first seen to have become fewer since. */
interface Look {
  readonly waiting: number;
  readonly movedAtMs: number | null;
}
const looks = new WeakMap<ShopUnderProof, Look>();

/**
 * Cards may wait, since Telegram sets the pace of a queue; but the queue has to be seen to move. So the first look at one that is not
 * empty is a finding, which the next look undoes where some have gone.
 */
const queueFindings = (shop: ShopUnderProof, waiting: number): Finding[] => {
  const before = looks.get(shop);
  const nowMs = shop.now();
  const isLess = before !== undefined && waiting < before.waiting;
  const movedAtMs = isLess ? nowMs : (before?.movedAtMs ?? null);
  looks.set(shop, { waiting, movedAtMs });
  if (waiting === 0) return [];
  const isMoving = movedAtMs !== null && nowMs - movedAtMs <= bounds.cardsMoveMs;
  if (isMoving && waiting <= (before?.waiting ?? 0)) return [];
  const cards = waiting === 1 ? "1 card waits" : `${waiting} cards wait`;
  return [
    finding(`${cards}, and none has been seen to go out`, { waiting, before: before?.waiting ?? null }),
  ];
};

/** Orders that have ended and of which no card was ever written for their buyer, and a queue of cards that does not move. */
export const judgeCards = async (shop: ShopUnderProof, orders: readonly OrderRow[]) => {
  const { rows } = await shop.databases.notify.db.execute<CardRow>(sql`
    select distinct d.notice ->> 'orderId' as "orderId", d.state, case d.state
      when 'sending' then true
      when 'pending' then d.next_at > now() + interval '2 minutes' or (d.next_at <= now() and not exists (
        select 1 from delivery h
        where h.user_id = d.user_id and h.lane = d.lane and h.state = 'pending' and h.position < d.position
          and h.next_at > now()))
      else false end as due
    from delivery d where d.notice ->> 'template' = 'order-card'`);
  const told = new Set(rows.filter(({ state }) => !FAILED.includes(state)).map(({ orderId }) => orderId));
  const untold = orders.filter(({ id, finished }) => finished && !told.has(id));
  const waiting = rows.filter(({ state }) => WAITING.includes(state));
  return {
    waiting: waiting.length,
    findings: [
      ...firstFew(untold).map(({ id, number }) =>
        finding(`nobody was told of order ${number}`, { orderId: id }),
      ),
      ...queueFindings(shop, waiting.filter(({ due }) => due).length),
    ],
  };
};
