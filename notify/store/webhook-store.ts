import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { freshHealth, WEBHOOKS_MAX, type Webhook, type WebhookHealth } from "../domain/webhook.ts";
import type { WebhookStore } from "../usecases/channel-ports.ts";
import { shownDelivery } from "./delivery-row.ts";
import { delivery, webhook } from "./schema.ts";
import { webhookOf } from "./webhook-row.ts";

/** One at a time makes a webhook, so that they are counted right; freed at the end of the transaction. */
const ADDING_LOCK = 0x68_6f_6f_6b;

const lock = async (tx: Tx, id: string): Promise<Webhook | null> => {
  const [row] = await tx.select().from(webhook).where(eq(webhook.id, id)).for("update");
  return row === undefined ? null : webhookOf(row);
};

const save = async (tx: Tx, { id, createdAt, ...after }: Webhook): Promise<void> => {
  await tx
    .update(webhook)
    .set({ ...after, events: [...after.events] })
    .where(eq(webhook.id, id));
};

/** Changes how a webhook does, one change after the other. Null where it is gone. */
export const updateHealth = async (
  tx: Tx,
  id: string,
  change: (before: WebhookHealth) => WebhookHealth,
): Promise<{ readonly before: Webhook; readonly after: WebhookHealth } | null> => {
  const before = await lock(tx, id);
  if (before === null) return null;
  const after = change(before);
  if (after !== before) await save(tx, { ...before, ...after });
  return { before, after };
};

/** The shop's webhooks. */
export const createWebhookStore = (database: Database): WebhookStore => ({
  add: (given, now) =>
    database.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${ADDING_LOCK})`);
      if ((await tx.$count(webhook)) >= WEBHOOKS_MAX) return null;
      const made = { ...freshHealth, secretVersion: 1, previousUntil: null, createdAt: now, updatedAt: now };
      const [row] = await tx
        .insert(webhook)
        .values({ ...made, ...given, events: [...given.events] })
        .returning();
      return row === undefined ? null : webhookOf(row);
    }),

  async find(id) {
    const [row] = await database.db.select().from(webhook).where(eq(webhook.id, id));
    return row === undefined ? null : webhookOf(row);
  },

  async list() {
    const rows = await database.db.select().from(webhook).orderBy(asc(webhook.id)).limit(WEBHOOKS_MAX);
    return rows.map(webhookOf);
  },

  update: (id, change, now) =>
    database.transaction(async (tx) => {
      const before = await lock(tx, id);
      if (before === null) return null;
      const after = { ...change(before), updatedAt: now };
      await save(tx, after);
      return after;
    }),

  remove: (id, now) =>
    database.transaction(async (tx) => {
      const gone = await tx.delete(webhook).where(eq(webhook.id, id));
      await tx
        .update(delivery)
        .set({ state: "suppressed", reason: "the webhook was deleted", updatedAt: now })
        .where(and(eq(delivery.target, id), eq(delivery.state, "pending")));
      return (gone.rowCount ?? 0) > 0;
    }),

  recent: (id, limit) =>
    database.db
      .select(shownDelivery)
      .from(delivery)
      .where(eq(delivery.target, id))
      .orderBy(desc(delivery.id))
      .limit(limit),
});
