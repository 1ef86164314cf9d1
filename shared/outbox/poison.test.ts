import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createMemoryEventBus } from "../drivers/memory-event-bus.ts";
import { systemClock } from "../kernel/clock.ts";
import { closedAfterEach } from "../testing/closed-after-each.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { type ConsumerOptions, consume, type EventHandler, type EventHandlers } from "./inbox.ts";
import { type Effect, writeEffect } from "./inbox-fixture.ts";
import { nameOf } from "./inbox-together-fixture.ts";
import { appendNow, EXCHANGE, effects, outboxDatabase, stockLow } from "./outbox-fixture.ts";
import { listParked } from "./parked.ts";
import { createRelay } from "./relay.ts";

// Thousands of events go through a database.
setDefaultTimeout(60_000);

const QUEUE = "notify.inventory-events";
const EVENTS = 2_000;
const SUBJECTS = 400;
const POISON_EVERY = 1_000;

/** Relay, bus in process and consumer over one database. */
const open = closedAfterEach(async (handlers: EventHandlers, options: Partial<ConsumerOptions> = {}) => {
  const database = await outboxDatabase();
  const bus = createMemoryEventBus({ consumers: [QUEUE] });
  const common = { database, bus, clock: systemClock, log: silentLogger() };
  const consumer = consume({ ...common, exchange: EXCHANGE, queue: QUEUE, handlers, ...options });
  const relay = createRelay({ ...common, pollMs: 20, backoffMs: { min: 5, max: 50 } });
  await consumer.start();
  return {
    database,
    relay,
    async close() {
      await consumer.stop();
      await relay.stop();
      await database.close();
    },
  };
});

type StockLow = Parameters<EventHandler<"stock.low">>[0];

/** The same work, for one event and for as many as there are. */
const eachAlone = (work: EventHandler<"stock.low">): EventHandlers => ({ "stock.low": work });
const together = (work: EventHandler<"stock.low">): EventHandlers => ({
  "stock.low": {
    async batch(events: readonly StockLow[], tx) {
      for (const event of events) await work(event, tx);
    },
  },
});

describe.each([
  ["each event alone", eachAlone],
  ["events together", together],
] as const)("a handler of %s that fails for one in a thousand", (_, handlersOf) => {
  test("has it parked after exactly five attempts; all others are handled once, each subject in order", async () => {
    const events = Array.from({ length: EVENTS }, (_, i) =>
      stockLow(`S${i % SUBJECTS}`, Math.floor(i / SUBJECTS) + 1),
    );
    const poison = new Set(events.filter((_, i) => i % POISON_EVERY === POISON_EVERY / 2).map(nameOf));
    const work = async (event: Effect, tx: Parameters<typeof writeEffect>[1]) => {
      await writeEffect(event, tx);
      if (poison.has(nameOf(event))) throw new Error("poison");
    };
    const { database, relay } = await open(handlersOf(work), { retryDelaysMs: [1, 1, 1, 1] });
    // Its first look finds nothing, so that nothing is taken for what another process has left.
    await relay.drain();
    await appendNow(database, ...events);
    await relay.drain();

    const done = await effects(database);
    expect(done.length).toBe(EVENTS - poison.size);
    for (let subject = 0; subject < SUBJECTS; subject++) {
      const inOrder = (names: string[]) => names.filter((name) => name.startsWith(`S${subject}:`));
      expect(inOrder(done)).toEqual(inOrder(events.map(nameOf).filter((name) => !poison.has(name))));
    }
    const { items } = await listParked(database.db);
    expect(items.map(({ attempts }) => attempts)).toEqual([...poison].map(() => 5));
    expect(new Set(items.map(({ event }) => nameOf(event as Effect)))).toEqual(poison);
  });
});
