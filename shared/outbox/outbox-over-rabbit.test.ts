import { expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "amqplib";
import { sql } from "drizzle-orm";
import { openRabbitEventBus } from "../drivers/rabbit-event-bus.ts";
import { systemClock } from "../kernel/clock.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { describeIf, realServers } from "../testing/real-servers.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { waitFor } from "../testing/wait-for.ts";
import { type ConsumerOptions, consume } from "./inbox.ts";
import { appendNow, EXCHANGE, effects, outboxDatabase, stockLow, unpublished } from "./outbox-fixture.ts";
import { createRelay } from "./relay.ts";

// Recovery takes some backoff.
setDefaultTimeout(60_000);

const RABBIT_PORT = 5672;

/** The real exchange's name is in the contract: a test goes to one of its own. */
const onOwnExchange = (bus: EventBus, own: string): EventBus => ({
  ...bus,
  publish: (exchange, events) => bus.publish(exchange === EXCHANGE ? own : exchange, events),
});

const handlers: ConsumerOptions["handlers"] = {
  "stock.low": async ({ subject, sequence }, tx) => {
    await tx.execute(sql`insert into effect (subject, sequence) values (${subject}, ${sequence})`);
  },
};

describeIf(realServers.rabbitmq, "RABBITMQ_URL", "outbox, RabbitMQ and inbox together", (url) => {
  test("what is appended while the broker is away arrives when it is back: all, once, each subject in order", async () => {
    const log = silentLogger();
    const database = await outboxDatabase();
    const proxy = await tcpProxy(url, RABBIT_PORT);
    const exchange = `test-${crypto.randomUUID()}`;
    const queue = `${exchange}-queue`;
    const rabbit = await openRabbitEventBus({ url: proxy.through(url), log });
    await rabbit.declare([{ exchange, queues: [queue] }]);
    const bus = onOwnExchange(rabbit, exchange);
    const consumer = consume({ database, bus, exchange, queue, clock: systemClock, log, handlers });
    const relay = createRelay({
      database,
      bus,
      clock: systemClock,
      log,
      batchSize: 20,
      pollMs: 50,
      backoffMs: { min: 50, max: 500 },
    });
    await consumer.start();
    await relay.start();

    const expected: string[] = [];
    const change = async (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        await appendNow(database, stockLow("A", i), stockLow("B", i));
        expected.push(`A:${i}`, `B:${i}`);
      }
    };
    await change(0, 20);
    proxy.cut();
    await change(20, 40);
    proxy.shut();
    await waitFor(() => !consumer.active, { what: "the consumer to notice" });
    await change(40, 60);
    expect(await unpublished(database)).toBeGreaterThanOrEqual(40);
    proxy.open();
    await waitFor(async () => (await effects(database)).length >= expected.length, {
      timeoutMs: 30_000,
      what: "all effects",
    });
    const done = await effects(database);
    expect(done.toSorted()).toEqual(expected.toSorted());
    for (const subject of ["A:", "B:"]) {
      const inOrder = (names: string[]) => names.filter((name) => name.startsWith(subject));
      expect(inOrder(done)).toEqual(inOrder(expected));
    }
    expect(await unpublished(database)).toBe(0);

    await consumer.stop();
    await relay.stop();
    await rabbit.close();
    await proxy.close();
    const model = await connect(url);
    const channel = await model.createChannel();
    await channel.deleteQueue(queue);
    await channel.deleteExchange(exchange);
    await model.close();
    await database.close();
  });
});
