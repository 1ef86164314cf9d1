import { expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { notifyMigrations } from "../service.ts";
import type { NewDelivery } from "../usecases/delivery-ports.ts";
import { createDeliveryStore } from "./delivery-store.ts";

const open = closedAfterEach(() => testDatabase({ name: "notify", migrations: notifyMigrations }));

const now = new Date("2026-01-01T12:00:00.123Z");

const aDelivery = (facts: Partial<NewDelivery> = {}): NewDelivery => ({
  id: newId(),
  dedupeKey: newId(),
  class: "transactional",
  userId: newId(),
  notice: { template: "stock-low", sku: 'a "quoted", {braced} \\ SKU', available: 1, threshold: 5 },
  expiresAt: new Date("2026-01-02T12:00:00.456Z"),
  ...facts,
});

test("what is answered of a delivery is what the table holds", async () => {
  const { db } = await open();
  const store = createDeliveryStore(db);
  const [mine] = await store.enqueue([aDelivery(), aDelivery({ class: "admin_alert" })], now);
  expect(mine).toBeDefined();
  expect(await store.find(mine?.id ?? "")).toEqual(mine ?? null);
});

test("notify-9: a dedupe key that is known, or comes twice at once, is left out, and the rest is answered in its order", async () => {
  const { db } = await open();
  const store = createDeliveryStore(db);
  const [a, b, c] = [aDelivery(), aDelivery(), aDelivery()];
  await store.enqueue([b], now);
  const again = aDelivery({ dedupeKey: a.dedupeKey });
  const stored = await store.enqueue([c, a, aDelivery({ dedupeKey: b.dedupeKey }), again], now);
  expect(stored.map(({ id }) => id)).toEqual([c.id, a.id]);
  expect(await store.count("pending")).toBe(3);
  expect(await store.enqueue([], now)).toEqual([]);
});

test("positions rise in the order of one call, which is the order in which a person gets them", async () => {
  const { db } = await open();
  const userId = newId();
  const rows = Array.from({ length: 50 }, () => aDelivery({ id: crypto.randomUUID(), userId }));
  await createDeliveryStore(db).enqueue(rows, now);
  const stored = await db.execute<{ id: string }>("select id from delivery order by position");
  expect(stored.rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});
