import { expect, test } from "bun:test";
import { createMemoryEventBus } from "../drivers/memory-event-bus.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Delivery } from "../ports/event-bus.ts";
import { closedAfterEach } from "../testing/closed-after-each.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import { nameOf } from "./inbox-together-fixture.ts";
import { appendNow, EXCHANGE, outboxDatabase, stockLow, unpublished } from "./outbox-fixture.ts";
import { createRelay } from "./relay.ts";

const QUEUE = "notify.inventory-events";
/** The machine may be busy, and nothing here is about speed. */
const PATIENT = { timeoutMs: 15_000 };

/** A relay over the bus in process, whose one subscriber does as a test says and remembers what it has done. */
const open = closedAfterEach(async (during: (name: string) => Promise<void>) => {
  const database = await outboxDatabase();
  const bus = createMemoryEventBus({ consumers: [QUEUE] });
  const handled: string[] = [];
  const again: string[] = [];
  await bus.subscribe({
    exchange: EXCHANGE,
    queue: QUEUE,
    prefetch: 200,
    async handle(event, delivery?: Delivery) {
      await during(nameOf(event));
      if (delivery?.again) again.push(nameOf(event));
      handled.push(nameOf(event));
    },
    handleMalformed: async () => undefined,
  });
  const common = { database, bus, clock: systemClock, log: silentLogger() };
  const newRelay = () => createRelay({ ...common, pollMs: 20, backoffMs: { min: 5, max: 50 } });
  const relay = newRelay();
  return {
    ...{ database, relay, newRelay, handled, again },
    async close() {
      await relay.stop();
      await database.close();
    },
  };
});

const others = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => stockLow(`other-${from + i}`, 1));

test("in process, an event that takes long holds up no other subject, and its own waits for it", async () => {
  const release = Promise.withResolvers<void>();
  const { database, relay, handled } = await open(async (name) => {
    if (name === "slow:1") await release.promise;
  });
  await relay.start();
  await appendNow(database, stockLow("slow", 1), stockLow("slow", 2), ...others(0, 20));
  await waitFor(async () => (await unpublished(database)) === 2, {
    ...PATIENT,
    what: "the first to be marked",
  });
  await appendNow(database, stockLow("slow", 3), ...others(20, 200));
  await waitFor(async () => (await unpublished(database)) === 3, {
    ...PATIENT,
    what: "all others to be marked",
  });
  expect(handled.toSorted()).toEqual(others(0, 200).map(nameOf).toSorted());
  release.resolve();
  await relay.drain();
  expect(handled.slice(-3)).toEqual(["slow:1", "slow:2", "slow:3"]);
  expect(await unpublished(database)).toBe(0);
});

test("an event that takes long and is refused comes again, before what comes after it", async () => {
  const refuse = Promise.withResolvers<void>();
  let tries = 0;
  const { database, relay, handled } = await open(async (name) => {
    if (name !== "slow:1" || tries++ > 0) return;
    await refuse.promise;
    throw new Error("not now");
  });
  await relay.start();
  await appendNow(database, stockLow("slow", 1), stockLow("slow", 2), ...others(0, 1));
  await waitFor(async () => (await unpublished(database)) === 2, {
    ...PATIENT,
    what: "the other to be marked",
  });
  await appendNow(database, stockLow("slow", 3));
  refuse.resolve();
  await relay.drain();
  expect([tries, handled]).toEqual([2, ["other-0:1", "slow:1", "slow:2", "slow:3"]]);
});

test("with many of a batch unhandled the relay waits: something larger is wrong", async () => {
  const release = Promise.withResolvers<void>();
  const begun: string[] = [];
  const { database, relay, handled } = await open(async (name) => {
    begun.push(name);
    if (name !== "fast:1") await release.promise;
  });
  await relay.start();
  await appendNow(database, stockLow("fast", 1), ...others(0, 100));
  await waitFor(() => begun.length === 101, { ...PATIENT, what: "all to be under way" });
  await appendNow(database, stockLow("fast", 2));
  expect([handled, await unpublished(database)]).toEqual([["fast:1"], 102]);
  release.resolve();
  await relay.drain();
  expect(begun).toHaveLength(102);
});

test("what was in the outbox before the relay came may have been tried by another process, the rest has not", async () => {
  const { database, relay, newRelay, again } = await open(async () => undefined);
  await appendNow(database, stockLow("old", 1), stockLow("old", 2));
  await relay.drain();
  await appendNow(database, stockLow("new", 1));
  await relay.drain();
  expect(again).toEqual(["old:1", "old:2"]);
  const next = newRelay();
  await next.drain();
  await appendNow(database, stockLow("newer", 1));
  await next.drain();
  expect(again).toEqual(["old:1", "old:2"]);
});
