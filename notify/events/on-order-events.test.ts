import { expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { inMemoryDeps } from "../../shared/testing/service-under-test.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { createConsumers } from "../consumers.ts";
import type { Delivery } from "../domain/delivery.ts";
import { notifyMigrations } from "../service.ts";
import { createChatStore } from "../store/chat-store.ts";
import { userSnapshot } from "../testing/fake-auth.ts";
import { envelopeOf } from "../testing/open-notify.ts";
import { dataOf, orderOf } from "../testing/open-shop.ts";
import type { Alert } from "./announcing.ts";

/** The consumers of a notify alone, with an admin, and what they tell others. */
const open = closedAfterEach(async () => {
  const database = await testDatabase({ name: "notify", migrations: notifyMigrations });
  const { bus, tracing, metrics } = await inMemoryDeps();
  const told = { wakes: 0, deliveries: [] as Delivery[], alerts: [] as Alert[] };
  const clock = fakeClock();
  const log = silentLogger();
  const consumers = createConsumers({
    ...{ database, bus, clock, newId, log, tracing, metrics },
    announce: (delivery) => void told.deliveries.push(delivery),
    alert: (alert) => void told.alerts.push(alert),
    wake: () => void told.wakes++,
    wakeMenus: () => undefined,
    wakeCodeCloser: () => undefined,
  });
  await consumers.start();
  const admin = {
    userId: newId(),
    chatId: 7,
    state: "active",
    language: "en",
    timezone: "UTC",
    role: "admin",
  } as const;
  await createChatStore(database.db).apply({ ...admin, userVersion: 1 }, clock.now());
  return {
    ...{ database, bus, told, admin },
    async close() {
      await consumers.stop();
      await database.close();
    },
  };
});

const confirmedOf = (number: string) => {
  const order = orderOf(userSnapshot(), { number });
  return envelopeOf("order.confirmed", order.id, dataOf(order, "pending"), { sequence: order.version });
};

test("orders that are confirmed at once wake the worker once, and each is told of", async () => {
  const { bus, told, admin } = await open();
  const events = Array.from({ length: 20 }, (_, i) => confirmedOf(`K-${i}`));
  await bus.publish("orders.events", events);
  expect(told.wakes).toBe(1);
  expect(told.deliveries.map(({ userId, notice }) => [userId === admin.userId, notice.template])).toEqual(
    events.flatMap(() => [
      [false, "order-card"],
      [true, "order-alert"],
    ]),
  );
  expect(told.alerts.map(({ eventId, occurredAt }) => [eventId, occurredAt])).toEqual(
    events.map(({ id, time }) => [id, time]),
  );
  await bus.publish("orders.events", events);
  expect([told.wakes, told.deliveries.length, told.alerts.length]).toEqual([1, 40, 20]);
});
