import { afterEach, beforeEach, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { LIFE_MS } from "../domain/delivery.ts";
import { CALLS_AT_ONCE } from "../domain/webhook.ts";
import { notifyMigrations } from "../service.ts";
import { createWebhookQueue } from "./channel-queue.ts";
import { delivery } from "./schema.ts";
import { createShopEventQueue } from "./shop-event-queue.ts";
import { createWebhookStore } from "./webhook-store.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const deadline = new Date(now.getTime() + 60_000);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase({ name: "notify", migrations: notifyMigrations });
});
afterEach(() => database.drop());

/** A webhook for which so many events wait since now. */
const webhookWith = async (count: number): Promise<string> => {
  const id = newId();
  await createWebhookStore(database).add(
    { id, url: "https://x.example/", events: [], active: true, description: "", includePhone: false },
    now,
  );
  const queue = createShopEventQueue(database.db);
  for (let n = 0; n < count; n += 1)
    await queue.enqueueFor(
      id,
      {
        eventId: newId(),
        notice: {
          ...{ template: "shop-event", type: "stock.low", subject: "MUG", sequence: 1, data: {} },
          ...{ occurredAt: now.toISOString(), orderId: null, reason: null },
        },
      },
      now,
    );
  return id;
};

const claim = (slots = 32) => createWebhookQueue(database.db).claim(newId(), slots, now, deadline);

test("what waits behind as many calls as there may be is not due: nobody looks again and again for it", async () => {
  const id = await webhookWith(CALLS_AT_ONCE + 2);
  const { taken, nextAt } = await claim();
  expect([taken.length, nextAt]).toEqual([CALLS_AT_ONCE, null]);
  expect(await claim()).toEqual({ taken: [], nextAt: null });
  await webhookWith(1);
  expect((await claim()).taken).toHaveLength(1);
  await database.db
    .update(delivery)
    .set({ state: "sent", sendDeadline: null })
    .where(eq(delivery.id, taken[0]?.delivery.id ?? ""));
  expect((await claim()).taken.map(({ webhook }) => webhook?.id)).toEqual([id]);
});

test("what is past its time is not due: a sweep ends it, and nobody looks again and again for it", async () => {
  await webhookWith(1);
  const late = new Date(now.getTime() + LIFE_MS.transactional);
  expect(await createWebhookQueue(database.db).claim(newId(), 32, late, deadline)).toEqual({
    taken: [],
    nextAt: null,
  });
});

test("what more slots could take is due now", async () => {
  await webhookWith(2);
  expect(await claim(1)).toMatchObject({ taken: [{}], nextAt: now });
});
