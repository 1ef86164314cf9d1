import { z } from "zod";
import type { Logger } from "../../shared/ports/logger.ts";
import type { PubSub, PubSubSubscription } from "../../shared/ports/pub-sub.ts";
import { type Order, orderStatuses } from "../domain/order.ts";
import type { OrderFeed, OrderFeedListener } from "../usecases/ports.ts";

/** Pub/Sub channel of changed orders. A fast path only: who needs to be sure reads the order. */
const ORDER_CHANNEL = "orders.changes";

const orderNewsSchema = z.object({
  id: z.uuid(),
  number: z.string(),
  userId: z.uuid(),
  status: z.enum(orderStatuses),
  version: z.int().positive(),
  total: z.object({ amountMinor: z.int(), currency: z.string() }),
  updatedAt: z.iso.datetime(),
});

export interface LiveOrderFeed extends OrderFeed {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Tells all instances of a new or changed order. Never throws: what gets lost is read again by who cares. */
  announce(order: Order): void;
}

/** Carries news of orders between the instances of this service: one subscription for all of its readers. */
export const createOrderFeed = (pubSub: PubSub, log: Logger): LiveOrderFeed => {
  const listeners = new Set<OrderFeedListener>();
  let subscription: PubSubSubscription | undefined;

  const onMessage = (message: string) => {
    const parsed = orderNewsSchema.safeParse(JSON.parse(message));
    if (!parsed.success) return log.warn("News of an order could not be read", { channel: ORDER_CHANNEL });
    for (const listener of listeners) listener.onNews(parsed.data);
  };
  const onResync = () => {
    for (const listener of listeners) listener.onResync();
  };

  return {
    async start() {
      subscription ??= await pubSub.subscribe(ORDER_CHANNEL, { onMessage, onResync });
    },
    async stop() {
      for (const listener of listeners) listener.onEnd();
      listeners.clear();
      await subscription?.close();
      subscription = undefined;
    },
    announce({ id, number, userId, status, version, total, updatedAt }) {
      const news = { id, number, userId, status, version, total, updatedAt: updatedAt.toISOString() };
      pubSub
        .publish(ORDER_CHANNEL, JSON.stringify(news))
        .catch((error: unknown) => log.debug("News of an order was not handed over", { orderId: id, error }));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
