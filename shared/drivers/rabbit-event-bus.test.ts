import { expect, setDefaultTimeout, test } from "bun:test";
import { type Channel, connect } from "amqplib";
import { eventBusConformance } from "../conformance/event-bus.ts";
import { describeIf, realServers } from "../testing/real-servers.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { openRabbitEventBus } from "./rabbit-event-bus.ts";

// Recovery takes some backoff.
setDefaultTimeout(30_000);

const RABBIT_PORT = 5672;
const redelivery = { minMs: 10, maxMs: 50 };

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
      const proxy = await tcpProxy(url, RABBIT_PORT);
      const channels: Channel[] = [];
      const bus = await openRabbitEventBus({
        url: proxy.through(url),
        log,
        redelivery,
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
          open: proxy.open,
          breakChannels: () => channels.forEach(breakChannel),
          channelsOpened: () => channels.length,
          deleteQueue: (queue) => deleteAll(url, "", [queue]),
        },
        async close() {
          await bus.close();
          await other.close();
          await proxy.close();
          await deleteAll(url, exchange, queues);
        },
      };
    },
    { broker: true },
  );
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
