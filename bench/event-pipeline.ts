import { join } from "node:path";
import { sql } from "drizzle-orm";
import { createMemoryEventBus } from "../shared/drivers/memory-event-bus.ts";
import { openRabbitEventBus } from "../shared/drivers/rabbit-event-bus.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { type Consumer, type ConsumerOptions, consume } from "../shared/outbox/inbox.ts";
import { append, type NewEvent } from "../shared/outbox/outbox.ts";
import { createRelay, type Relay } from "../shared/outbox/relay.ts";
import type { Database } from "../shared/ports/database.ts";
import type { EventBus } from "../shared/ports/event-bus.ts";
import { column } from "../shared/sql/column.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { testDatabase } from "../shared/testing/test-database.ts";

/** Events of one transaction while the outbox is being filled. */
const APPEND_BATCH = 250;
const EXCHANGE = "inventory.events";

export type BusKind = "memory" | "rabbitmq";

export interface PipelineOptions {
  readonly bus: BusKind;
  readonly consumers: number;
  /** Events of one inbox transaction, at most; the usual number when it is left out. */
  readonly batchMax?: number;
  /** Handlers do nothing, which leaves what the way itself costs. */
  readonly idle?: boolean;
  /** One handler for all events that come together, as catalog and notify have it. */
  readonly together?: boolean;
}

/** An event of a subject that begins so fails at every attempt. */
export const POISON = "poison";

/** A publisher with its outbox and relay, a bus, and consumers, each with a database and an inbox of its own. */
export interface Pipeline {
  readonly relay: Relay;
  /** Commits events to the outbox. */
  append(events: readonly NewEvent[]): Promise<void>;
  /** Resolves when every consumer has handled so many events since the pipeline was opened; parked ones are none. */
  handled(count: number): Promise<void>;
  /** Resolves when every consumer has parked so many. */
  parked(count: number): Promise<void>;
  close(): Promise<void>;
}

/** An event that costs what most do: a small body and, in its handler, one statement. */
export const stockLow = (sku: string, sequence: number): NewEvent => ({
  type: "stock.low",
  subject: sku,
  sequence,
  data: { sku, available: 1, threshold: 5, version: sequence },
  source: "/inventory",
  time: new Date(),
});

/** Counts up, and lets others wait for a count. */
const createCounter = () => {
  let count = 0;
  let waiting: { until: number; resolve: () => void }[] = [];
  return {
    add() {
      count++;
      const [met, still] = [waiting.filter((w) => w.until <= count), waiting.filter((w) => w.until > count)];
      waiting = still;
      for (const { resolve } of met) resolve();
    },
    reached: (until: number) =>
      new Promise<void>((resolve) => {
        if (count >= until) resolve();
        else waiting.push({ until, resolve });
      }),
  };
};

const openDatabase = async (name: string): Promise<Database> => {
  const migrations = join(import.meta.dir, "../shared/testing/outbox-migrations");
  const database = await testDatabase({ name, migrations });
  await database.db.execute(sql`
    create table stock_alert (sku text primary key, version int not null, raised_at timestamptz not null)`);
  return database;
};

const failIfPoisoned = (sku: string) => {
  if (sku.startsWith(POISON)) throw new Error("this one fails");
};

const handlers: ConsumerOptions["handlers"] = {
  "stock.low": async ({ data, time }, tx) => {
    await tx.execute(sql`
      insert into stock_alert (sku, version, raised_at) values (${data.sku}, ${data.version}, ${time})
      on conflict (sku) do update set version = excluded.version, raised_at = excluded.raised_at
        where stock_alert.version < excluded.version`);
    failIfPoisoned(data.sku);
  },
};

const togetherHandlers: ConsumerOptions["handlers"] = {
  "stock.low": {
    async batch(events, tx) {
      // The last of each SKU: a statement may change a row once.
      const last = [...new Map(events.map((event) => [event.data.sku, event])).values()];
      await tx.execute(sql`
        insert into stock_alert (sku, version, raised_at)
        select * from unnest(${column(last, "text", ({ data }) => data.sku)},
          ${column(last, "int", ({ data }) => data.version)}, ${column(last, "timestamptz", ({ time }) => time)})
        on conflict (sku) do update set version = excluded.version, raised_at = excluded.raised_at
          where stock_alert.version < excluded.version`);
      for (const { data } of events) failIfPoisoned(data.sku);
    },
  },
};

const idleHandlers: ConsumerOptions["handlers"] = { "stock.low": async () => undefined };

const handlersFor = ({ idle = false, together = false }: PipelineOptions) => {
  if (idle) return idleHandlers;
  return together ? togetherHandlers : handlers;
};

const log = silentLogger();

/** RabbitMQ under an exchange of this run alone, which `close` removes with its queues. */
const openOwnRabbit = async (queues: readonly string[]): Promise<EventBus> => {
  const url = process.env.RABBITMQ_URL;
  if (url === undefined) throw new Error("Set RABBITMQ_URL to measure over RabbitMQ.");
  const bus = await openRabbitEventBus({ url, log });
  const own = `bench-${crypto.randomUUID()}`;
  const ownQueue = (queue: string) => `${own}-${queue}`;
  await bus.declare([{ exchange: own, queues: queues.map(ownQueue) }]);
  return {
    ...bus,
    declare: async () => undefined,
    publish: (_exchange, events) => bus.publish(own, events),
    subscribe: (options) => bus.subscribe({ ...options, exchange: own, queue: ownQueue(options.queue) }),
    async close() {
      await bus.close();
      await removeFromRabbit(url, own, queues.map(ownQueue));
    },
  };
};

const removeFromRabbit = async (url: string, exchange: string, queues: readonly string[]) => {
  const { connect } = await import("amqplib");
  const model = await connect(url);
  const channel = await model.createChannel();
  for (const queue of queues) await channel.deleteQueue(queue);
  await channel.deleteExchange(exchange);
  await model.close();
};

const openBus = async (kind: BusKind, queues: readonly string[]): Promise<EventBus> => {
  const bus = kind === "memory" ? createMemoryEventBus({ consumers: queues }) : await openOwnRabbit(queues);
  await bus.declare([{ exchange: EXCHANGE, queues }]);
  return bus;
};

/** Opens a whole pipeline on fresh databases. The relay stands still until it is started or told to drain. */
export const openPipeline = async (options: PipelineOptions): Promise<Pipeline> => {
  const { bus: kind, consumers, batchMax } = options;
  const publisher = await openDatabase("bench_publisher");
  const queues = Array.from({ length: consumers }, (_, i) => `bench.consumer-${i}`);
  const bus = await openBus(kind, queues);
  const opened = await Promise.all(
    queues.map(async (queue, i) => {
      const database = await openDatabase(`bench_consumer_${i}`);
      const [counter, parked] = [createCounter(), createCounter()];
      const onOutcome: ConsumerOptions["onOutcome"] = (outcome) =>
        (outcome === "parked" ? parked : counter).add();
      const common = {
        bus,
        exchange: EXCHANGE,
        queue,
        clock: systemClock,
        log,
        handlers: handlersFor(options),
      };
      const size = batchMax === undefined ? {} : { batchMax };
      const consumer: Consumer = consume({ ...common, ...size, database, onOutcome });
      await consumer.start();
      return { database, counter, parked, consumer };
    }),
  );
  const relay = createRelay({ database: publisher, bus, clock: systemClock, log });
  // Its first look finds nothing, so that nothing is taken for what another process has left, and handled one by one.
  await relay.drain();
  return {
    relay,
    async append(events) {
      for (let from = 0; from < events.length; from += APPEND_BATCH) {
        const part = events.slice(from, from + APPEND_BATCH);
        await publisher.transaction((tx) => append(tx, part));
      }
    },
    async handled(count) {
      await Promise.all(opened.map(({ counter }) => counter.reached(count)));
    },
    async parked(count) {
      await Promise.all(opened.map(({ parked }) => parked.reached(count)));
    },
    async close() {
      await relay.stop();
      await Promise.all(opened.map(({ consumer }) => consumer.stop()));
      await bus.close();
      await Promise.all([publisher.close(), ...opened.map(({ database }) => database.close())]);
    },
  };
};
