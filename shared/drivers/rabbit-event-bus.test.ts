import { expect, setDefaultTimeout, test } from "bun:test";
import { type Channel, connect } from "amqplib";
import { eventBusConformance } from "../conformance/event-bus.ts";
import { testEvent } from "../conformance/event-bus-harness.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { crumblingProxy } from "../testing/crumbling-proxy.ts";
import { describeIf, realServers } from "../testing/real-servers.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { waitFor } from "../testing/wait-for.ts";
import { openRabbitEventBus } from "./rabbit-event-bus.ts";

// Recovery takes some backoff.
setDefaultTimeout(30_000);

const RABBIT_PORT = 5672;
const redelivery = { minMs: 10, maxMs: 50 };
const reconnect = { baseMs: 20, ceilingMs: 200 };
/** Short, so that a silence shows within a few seconds. */
const HEARTBEAT_SECONDS = 1;
const CONFIRM_TIMEOUT_MS = 500;
/**
 * Where connections end: the broker's answers of a whole set-up are some 700 bytes, of which the handshake is 570, and one is
 * told that the next step was taken by a dozen or two.
 */
const crumbs = [1, 400, ...Array.from({ length: 23 }, (_, i) => 500 + i * 9)];

const withHeartbeat = (url: string): string => {
  const parsed = new URL(url);
  parsed.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
  return parsed.href;
};

/** Acknowledging what was never delivered makes the broker close the channel (406). */
const breakChannel = (channel: Channel) => {
  const fields = { deliveryTag: 999, redelivered: false, exchange: "", routingKey: "", consumerTag: "" };
  channel.ack({ fields, content: Buffer.alloc(0), properties: {} as never });
};

const deleteAll = async (url: string, exchange: string, queues: readonly string[]) => {
  const model = await connect(url);
  const channel = await model.createChannel();
  for (const queue of queues) await channel.deleteQueue(queue);
  if (exchange !== "") await channel.deleteExchange(exchange);
  await model.close();
};

describeIf(realServers.rabbitmq, "RABBITMQ_URL", "the RabbitMQ driver", (url) => {
  eventBusConformance(
    async () => {
      const log = silentLogger();
      const crumbling = await crumblingProxy(url, RABBIT_PORT);
      const proxy = await tcpProxy(crumbling.through(url), RABBIT_PORT);
      const channels: Channel[] = [];
      const bus = await openRabbitEventBus({
        url: withHeartbeat(proxy.through(url)),
        log,
        redelivery,
        reconnect,
        confirmTimeoutMs: CONFIRM_TIMEOUT_MS,
        onConsumerChannel: (channel) => channels.push(channel),
      });
      const other = await openRabbitEventBus({ url, log, redelivery });
      const exchange = `test-${crypto.randomUUID()}`;
      const queues = [`${exchange}-1`, `${exchange}-2`] as const;
      return {
        bus,
        other,
        exchange,
        queues,
        faults: {
          cut: proxy.cut,
          shut: proxy.shut,
          swallow: proxy.swallow,
          open: proxy.open,
          async crumble() {
            crumbling.crumble(crumbs);
            proxy.cut();
            await waitFor(() => crumbling.left === 0, {
              timeoutMs: 20_000,
              what: "all crumbs to be used up",
            });
          },
          breakChannels: () => channels.forEach(breakChannel),
          channelsOpened: () => channels.length,
          deleteQueue: (queue) => deleteAll(url, "", [queue]),
        },
        async close() {
          await bus.close();
          await other.close();
          await proxy.close();
          await crumbling.close();
          await deleteAll(url, exchange, queues);
        },
      };
    },
    { broker: true },
  );

  test("shops that share a virtual host, each with a prefix of its own, hear only themselves", async () => {
    const exchange = `test-${crypto.randomUUID()}`;
    const queue = `${exchange}-1`;
    const heard: string[] = [];
    const open = async (prefix: string): Promise<EventBus> => {
      const bus = await openRabbitEventBus({ url, log: silentLogger(), prefix });
      await bus.declare([{ exchange, queues: [queue] }]);
      await bus.subscribe({
        exchange,
        queue,
        prefetch: 1,
        handle: async ({ subject }) => void heard.push(prefix + subject),
        handleMalformed: async () => undefined,
      });
      return bus;
    };
    const [one, other] = await Promise.all([open("one."), open("other.")]);
    await one.publish(exchange, [testEvent("for one", 1)]);
    await other.publish(exchange, [testEvent("for the other", 1)]);
    await waitFor(() => heard.length >= 2);
    await Promise.all([one.close(), other.close()]);
    for (const prefix of ["one.", "other."])
      await deleteAll(url, `${prefix}${exchange}`, [`${prefix}${queue}`]);
    expect(heard.toSorted()).toEqual(["one.for one", "other.for the other"]);
  });

  test("heartbeats are so frequent that a silence shows within 20 s, whatever the broker proposes", async () => {
    const channels: Channel[] = [];
    const bus = await openRabbitEventBus({
      url,
      log: silentLogger(),
      onConsumerChannel: (channel) => channels.push(channel),
    });
    const exchange = `test-${crypto.randomUUID()}`;
    await bus.subscribe({
      exchange,
      queue: `${exchange}-1`,
      prefetch: 1,
      handle: async () => undefined,
      handleMalformed: async () => undefined,
    });
    const [channel] = channels;
    if (channel === undefined) throw new Error("nothing is consumed");
    // amqplib gives up after two intervals at the earliest and three at the latest.
    const intervalSeconds: unknown = Reflect.get(channel.connection, "heartbeat");
    await bus.close();
    await deleteAll(url, exchange, [`${exchange}-1`]);
    expect(intervalSeconds).toBeGreaterThan(0);
    expect(Number(intervalSeconds) * 3).toBeLessThan(20);
  });
});

test("a RabbitMQ that does not answer is said so at the start, without the password", async () => {
  const url = "amqp://someone:secret-word@127.0.0.1:1/";
  const failure = await openRabbitEventBus({ url, log: silentLogger() }).then(
    () => "opened",
    (error: unknown) => String(error),
  );
  expect(failure).toContain("RabbitMQ at amqp://127.0.0.1:1/ does not answer");
  expect(failure).not.toContain("secret-word");
});
