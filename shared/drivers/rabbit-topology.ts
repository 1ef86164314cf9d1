import type { Channel, ChannelModel } from "amqplib";

/**
 * Far above what any message sees: RabbitMQ 4 would otherwise drop a message that came back 20 times, and a consumer
 * that dies with it counts as well. Failing messages are counted and parked by the inbox.
 */
const DELIVERY_LIMIT = 1_000_000;
/** When a queue is this full the publisher is refused, and its outbox keeps the events. */
const MAX_LENGTH = 1_000_000;

const QUEUE_ARGUMENTS = {
  "x-queue-type": "quorum",
  "x-delivery-limit": DELIVERY_LIMIT,
  "x-max-length": MAX_LENGTH,
  "x-overflow": "reject-publish",
} as const;

/** Makes the exchange, the queue and their binding, or checks that they are as we know them (else 406). */
export const assertQueue = async (channel: Channel, exchange: string, queue: string): Promise<void> => {
  await assertExchange(channel, exchange);
  await channel.assertQueue(queue, { durable: true, arguments: QUEUE_ARGUMENTS });
  await channel.bindQueue(queue, exchange, "");
};

const assertExchange = async (channel: Channel, exchange: string): Promise<void> => {
  await channel.assertExchange(exchange, "fanout", { durable: true });
};

export type Topology = readonly { readonly exchange: string; readonly queues: readonly string[] }[];

/** Declares everything on a channel of its own, since a mismatch closes the channel. */
export const assertTopology = async (model: ChannelModel, topology: Topology): Promise<void> => {
  if (topology.length === 0) return;
  const channel = await model.createChannel();
  channel.on("error", () => undefined);
  for (const { exchange, queues } of topology) {
    await assertExchange(channel, exchange);
    for (const queue of queues) await assertQueue(channel, exchange, queue);
  }
  await channel.close();
};
