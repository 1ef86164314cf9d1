import type { Channel } from "amqplib";
import { unavailable } from "../kernel/errors.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { Logger } from "../ports/logger.ts";
import { type Backoff, pause, within } from "../runtime/retry.ts";
import { openRabbitConnection, type RabbitConnection } from "./rabbit-connection.ts";
import { createRabbitPublisher } from "./rabbit-publisher.ts";
import {
  createRabbitSubscription,
  type RabbitSubscription,
  type RedeliveryDelay,
} from "./rabbit-subscription.ts";
import { assertTopology } from "./rabbit-topology.ts";

/** The longest is what a queue waits for once the consumer's database is back. */
const REDELIVERY: RedeliveryDelay = { minMs: 1_000, maxMs: 5_000 };
/** How long `subscribe` waits for its first registration; after that it goes on in the background. */
const SUBSCRIBE_WAIT_MS = 5_000;
const PING_TIMEOUT_MS = 2_000;

export interface RabbitEventBusOptions {
  readonly url: string;
  readonly log: Logger;
  /** Begins the names of all exchanges and queues, so that several shops can share a virtual host. */
  readonly prefix?: string;
  /** Pauses before a message whose handler rejected is handled again: from the first, doubling, to the last. */
  readonly redelivery?: RedeliveryDelay;
  /** Pauses before a lost connection is made again. */
  readonly reconnect?: Backoff;
  /** How long the broker may take to confirm what was published at once. */
  readonly confirmTimeoutMs?: number;
  /** Hears of every channel that a subscription consumes on. */
  readonly onConsumerChannel?: (channel: Channel) => void;
}

const pingBroker = async (connection: RabbitConnection): Promise<void> => {
  if (connection.blocked) throw unavailable("RabbitMQ takes no messages: it is short of memory or disk.");
  const openAndClose = async () => {
    const channel = await connection.current().createChannel();
    channel.on("error", () => undefined);
    await channel.close();
  };
  await within(openAndClose(), PING_TIMEOUT_MS, () => unavailable("RabbitMQ does not answer."));
};

/**
 * The bus over RabbitMQ 3.10 to 4.x: a durable fanout exchange a publisher, a durable quorum queue a consumer. It
 * publishes and consumes on separate connections, since a broker short of memory blocks those that publish. Fails at
 * the start with a message for the operator when the broker does not answer; later outages end nothing.
 */
export const openRabbitEventBus = async (options: RabbitEventBusOptions): Promise<EventBus> => {
  const { url, log, prefix = "", redelivery = REDELIVERY, onConsumerChannel, reconnect } = options;
  const named = (name: string): string => `${prefix}${name}`;
  const topology = new Map<string, Set<string>>();
  const subscriptions = new Set<RabbitSubscription>();
  const declared = () => [...topology].map(([exchange, queues]) => ({ exchange, queues: [...queues] }));

  const publishing = await openRabbitConnection({
    url,
    name: "kiosk publish",
    log,
    reconnect,
    // Again after each reconnect: the broker may have come back empty.
    onConnected: (model) => assertTopology(model, declared()),
  });
  const consuming = await openRabbitConnection({ url, name: "kiosk consume", log, reconnect }).catch(
    async (error) => {
      await publishing.close();
      throw error;
    },
  );
  const publisher = createRabbitPublisher(publishing, options.confirmTimeoutMs);

  return {
    async declare(wanted) {
      const full = wanted.map(({ exchange, queues }) => ({
        exchange: named(exchange),
        queues: queues.map(named),
      }));
      await assertTopology(publishing.current(), full);
      for (const { exchange, queues } of full) {
        const known = topology.getOrInsertComputed(exchange, () => new Set<string>());
        for (const queue of queues) known.add(queue);
      }
    },
    publish: (exchange, events) => publisher.publish(named(exchange), events),
    async subscribe(wanted) {
      const deps = { connection: consuming, log, redelivery, onChannel: onConsumerChannel };
      const full = { ...wanted, exchange: named(wanted.exchange), queue: named(wanted.queue) };
      const subscription = createRabbitSubscription(full, deps);
      subscriptions.add(subscription);
      const timer = new AbortController();
      await Promise.race([subscription.ensure(), pause(SUBSCRIBE_WAIT_MS, timer.signal)]);
      timer.abort();
      return {
        get active() {
          return subscription.active;
        },
        async close() {
          subscriptions.delete(subscription);
          await subscription.close();
        },
      };
    },
    state: () => ({
      connected: publishing.connected && consuming.connected,
      blocked: publishing.blocked,
      consumers: {
        wanted: subscriptions.size,
        active: [...subscriptions].filter(({ active }) => active).length,
      },
    }),
    ping: () => pingBroker(publishing),
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      subscriptions.clear();
      await Promise.all([consuming.close(), publishing.close()]);
    },
  };
};
