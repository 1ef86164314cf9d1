import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { consume } from "../shared/outbox/inbox.ts";
import type { Database } from "../shared/ports/database.ts";
import type { EventBus } from "../shared/ports/event-bus.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { AnnouncingDeps } from "./events/announcing.ts";
import { onOrderEvents } from "./events/on-order-events.ts";
import { onStockEvents } from "./events/on-stock-events.ts";
import { onUserEvents } from "./events/on-user-events.ts";
import { createChatStore } from "./store/chat-store.ts";
import { storesOver } from "./store/stores.ts";

export interface ConsumersOptions extends Pick<AnnouncingDeps, "announce" | "alert" | "wake"> {
  readonly database: Database;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
}

/** The three queues that notify listens to. */
export const createConsumers = (options: ConsumersOptions) => {
  const { database, bus, clock, log } = options;
  const announcing: AnnouncingDeps = { ...options, stores: storesOver };
  const common = { database, bus, clock, log };
  const consumers = [
    consume({
      ...common,
      exchange: "auth.events",
      queue: "notify.auth-events",
      handlers: onUserEvents({ chats: createChatStore, clock }),
    }),
    consume({
      ...common,
      exchange: "orders.events",
      queue: "notify.orders-events",
      handlers: onOrderEvents(announcing),
    }),
    consume({
      ...common,
      exchange: "inventory.events",
      queue: "notify.inventory-events",
      handlers: onStockEvents(announcing),
    }),
  ];
  return {
    async start() {
      for (const consumer of consumers) await consumer.start();
    },
    async stop() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    },
    /** Fails while a queue is not being consumed. */
    async check() {
      const idle = consumers.find(({ active }) => !active);
      if (idle !== undefined) throw new Error(`${idle.queue} is not being consumed`);
    },
  };
};
