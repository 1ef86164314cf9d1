import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../shared/contracts/envelope.ts";
import { newId } from "../shared/kernel/ids.ts";
import { listParked } from "../shared/outbox/parked.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { inMemoryDeps } from "../shared/testing/service-under-test.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { testDatabase } from "../shared/testing/test-database.ts";
import { createConsumers } from "./consumers.ts";
import { ALERT_EVERY_MS } from "./domain/parked-alert.ts";
import type { Alert } from "./events/announcing.ts";
import { createParkedAlerts } from "./parked-alerts.ts";
import { notifyMigrations } from "./service.ts";
import { createChatStore } from "./store/chat-store.ts";
import { createParkedAlertStore } from "./store/parked-alert-store.ts";
import { storesOver } from "./store/stores.ts";
import { envelopeOf } from "./testing/open-notify.ts";

const QUEUE = "orders.catalog-events";

/** The consumers of a notify alone, with its clock, and what they tell others. */
const open = closedAfterEach(async () => {
  const database = await testDatabase({ name: "notify", migrations: notifyMigrations });
  const { bus, tracing, metrics } = await inMemoryDeps();
  const told = { wakes: 0, alerts: [] as Alert[] };
  const clock = fakeClock();
  const log = silentLogger();
  const telling = {
    ...{ database, clock, newId, log },
    announce: () => undefined,
    alert: (alert: Alert) => void told.alerts.push(alert),
    wake: () => void told.wakes++,
    wakeMenus: () => undefined,
    wakeCodeCloser: () => undefined,
  };
  const consumers = createConsumers({ ...telling, bus, tracing, metrics });
  await consumers.start();
  const stores = { stores: storesOver, parkedAlerts: createParkedAlertStore };
  const parkedAlerts = createParkedAlerts({ ...telling, ...stores });
  const hire = async (chatId: number) => {
    const admin = {
      userId: newId(),
      chatId,
      state: "active",
      language: "en",
      timezone: "UTC",
      role: "admin",
    } as const;
    await createChatStore(database.db).apply({ ...admin, userVersion: 1 }, clock.now());
    return admin.userId;
  };
  /** What was written to admins: to whom, and of what. */
  const alerts = async () => {
    const { rows } = await database.db.execute<{ user: string; notice: { count: number } }>(
      sql`select user_id as user, notice from delivery where class = 'admin_alert' order by position`,
    );
    return rows;
  };
  const counts = async () => (await alerts()).map(({ notice }) => notice.count);
  return {
    ...{ database, bus, told, clock, log, hire, alerts, counts, parkedAlerts },
    async close() {
      await parkedAlerts.stop();
      await consumers.stop();
      await database.close();
    },
  };
});

const parkedNews = (type = "product.updated", queue = QUEUE): EventEnvelope => {
  const id = newId();
  return envelopeOf("orders.message-parked", id, { id, queue, type });
};

test("every admin is told of a queue once, however many of its messages are parked, and again after five minutes", async () => {
  const { bus, hire, alerts, counts, told, clock, parkedAlerts } = await open();
  const admins = [await hire(7), await hire(8)];
  const first = parkedNews();
  await bus.publish("orders.events", [first]);
  expect((await alerts()).map(({ user }) => user).toSorted()).toEqual(admins.toSorted());
  expect((await alerts())[0]?.notice).toEqual({
    ...{ template: "messages-parked", queue: QUEUE, count: 1, types: ["product.updated"] },
  } as never);
  expect([told.wakes, told.alerts.length]).toEqual([1, 1]);

  await bus.publish("orders.events", [
    first,
    ...Array.from({ length: 40 }, () => parkedNews("product.deleted")),
  ]);
  await parkedAlerts.look();
  expect(await counts()).toEqual([1, 1]);
  clock.advance(ALERT_EVERY_MS);
  await Promise.all([parkedAlerts.look(), parkedAlerts.look()]);
  expect(await counts()).toEqual([1, 1, 40, 40]);
  clock.advance(ALERT_EVERY_MS);
  await parkedAlerts.look();
  expect(await counts()).toEqual([1, 1, 40, 40]);
  await bus.publish("orders.events", [parkedNews()]);
  expect(await counts()).toEqual([1, 1, 40, 40, 1, 1]);
});

test("queues are told of one by one, those of the catalog too", async () => {
  const { bus, hire, told } = await open();
  await hire(7);
  await bus.publish("orders.events", [parkedNews(), parkedNews("user.updated", "orders.auth-events")]);
  const id = newId();
  const data = { id, queue: "catalog.orders-events", type: "order.confirmed" };
  await bus.publish("catalog.events", [envelopeOf("catalog.message-parked", id, data)]);
  expect(told.alerts.map(({ notice }) => "queue" in notice && notice.queue)).toEqual([
    "orders.auth-events",
    QUEUE,
    "catalog.orders-events",
  ]);
});

test("while there is no admin to tell, all is kept until there is one", async () => {
  const { bus, hire, counts, parkedAlerts, told } = await open();
  await bus.publish("orders.events", [parkedNews()]);
  await bus.publish("orders.events", [parkedNews()]);
  await parkedAlerts.look();
  expect([await counts(), told.alerts]).toEqual([[], []]);
  await hire(7);
  await parkedAlerts.look();
  expect(await counts()).toEqual([2]);
});

test("two instances that look at once tell once", async () => {
  const { bus, hire, counts, parkedAlerts, clock, database } = await open();
  await bus.publish("orders.events", [parkedNews()]);
  await hire(7);
  const deps = { stores: storesOver, parkedAlerts: createParkedAlertStore, clock, newId };
  const silent = { announce: () => undefined, alert: () => undefined, wake: () => undefined };
  const other = createParkedAlerts({ ...deps, ...silent, database, log: silentLogger() });
  await Promise.all([parkedAlerts.look(), other.look()]);
  expect(await counts()).toEqual([1]);
});

test("a message that notify itself cannot handle is told of directly, and by no event", async () => {
  const { bus, hire, alerts, database } = await open();
  await hire(7);
  await bus.publish("inventory.events", [{ ...parkedNews(), type: "stock.low", data: {} }]);
  expect((await alerts()).map(({ notice }) => notice)).toEqual([
    {
      template: "messages-parked",
      queue: "notify.inventory-events",
      count: 1,
      types: ["stock.low"],
    } as never,
  ]);
  const { rows } = await database.db.execute(sql`select 1 from outbox`);
  expect(rows).toEqual([]);
});

test("news of a parked message that cannot be told is parked itself, without an alert and without an end", async () => {
  const { bus, hire, database, log, counts } = await open();
  await hire(7);
  await database.db.execute(sql`alter table parked_alert add constraint poison check (queue = 'none')`);
  await bus.publish("orders.events", [parkedNews()]);
  const { items } = await listParked(database.db);
  expect(items.map(({ queue, error }) => [queue, error])).toEqual([
    ["notify.orders-events", expect.stringContaining("poison")],
  ]);
  expect(await counts()).toEqual([]);
  const untold = log.lines.filter(
    ({ message }) => message === "A message is parked, but nobody is told of it",
  );
  expect(untold).toHaveLength(1);
}, 20_000);
