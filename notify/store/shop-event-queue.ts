import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { LIFE_MS } from "../domain/delivery.ts";
import { familyOf } from "../domain/webhook.ts";
import type { ShopEvent, ShopEventQueue } from "../usecases/channel-ports.ts";
import { insertOthers, type OtherDelivery } from "./enqueue-copies.ts";
import { webhook } from "./schema.ts";

const rowOf = (target: string, { eventId, notice }: ShopEvent, now: Date): OtherDelivery => ({
  id: newId(),
  dedupeKey: `webhook:${target}:${eventId}`,
  class: "transactional",
  channel: "webhook",
  target,
  // It concerns the shop and no person.
  userId: target,
  notice,
  nextAt: now,
  expiresAt: new Date(now.getTime() + LIFE_MS.transactional),
});

/** The shop's events on their way to webhooks. */
export const createShopEventQueue = (db: Queryable): ShopEventQueue => ({
  async enqueue(events, now) {
    const { rows } = await db.execute<{ n: string; id: string }>(sql`
      select e.n, w.id from unnest(
        ${column(events, "text", ({ notice }) => notice.type)},
        ${column(events, "text", ({ notice }) => familyOf(notice.type))}
      ) with ordinality as e(type, family, n)
      join ${webhook} w on w.active and (e.type = any(w.events) or e.family = any(w.events))
      order by e.n, w.id`);
    const due = rows.flatMap(({ n, id }) => {
      const event = events[Number(n) - 1];
      return event === undefined ? [] : [rowOf(id, event, now)];
    });
    return (await insertOthers(db, due, now)).length;
  },
  async enqueueFor(webhookId, event, now) {
    const row = rowOf(webhookId, event, now);
    await insertOthers(db, [row], now);
    const { dedupeKey, target, ...delivery } = row;
    return {
      ...delivery,
      ...{ state: "pending", attempts: 0, telegramMessageId: null, reason: null },
      ...{ createdAt: now, updatedAt: now },
    };
  },
});
