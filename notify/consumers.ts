import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { consume } from "../shared/outbox/inbox.ts";
import { eventBusDependency } from "../shared/outbox/readiness.ts";
import { forgettingErased } from "../shared/people/common-tables.ts";
import type { Database } from "../shared/ports/database.ts";
import type { EventBus } from "../shared/ports/event-bus.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { AnnouncingDeps } from "./events/announcing.ts";
import { onOrderEvents } from "./events/on-order-events.ts";
import { onOwnParked, onParkedMessages, type ParkedTellingDeps } from "./events/on-parked-messages.ts";
import { onSessionEvents } from "./events/on-session-events.ts";
import { onStockEvents } from "./events/on-stock-events.ts";
import { onUserEvents } from "./events/on-user-events.ts";
import { createParkedAlerts } from "./parked-alerts.ts";
import { createChatStore } from "./store/chat-store.ts";
import { createParkedAlertStore } from "./store/parked-alert-store.ts";
import { storesOver } from "./store/stores.ts";

export interface ConsumersOptions extends Pick<AnnouncingDeps, "announce" | "alert" | "wake"> {
  readonly database: Database;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
}

/** The four queues that notify listens to, and the alerts of what is parked, here or elsewhere. */
export const createConsumers = (options: ConsumersOptions) => {
  const { database, bus, clock, log } = options;
  const announcing: ParkedTellingDeps = {
    ...options,
    stores: storesOver,
    parkedAlerts: createParkedAlertStore,
  };
  const common = { database, bus, clock, log, onParked: forgettingErased(onOwnParked(announcing)) };
  const parkedAlerts = createParkedAlerts({ ...announcing, database, log });
  const consumers = [
    consume({
      ...common,
      exchange: "auth.events",
      queue: "notify.auth-events",
      handlers: { ...onUserEvents({ chats: createChatStore, clock }), ...onSessionEvents(announcing) },
    }),
    consume({
      ...common,
      exchange: "orders.events",
      queue: "notify.orders-events",
      handlers: { ...onOrderEvents(announcing), ...onParkedMessages(announcing) },
    }),
    consume({
      ...common,
      exchange: "catalog.events",
      queue: "notify.catalog-events",
      handlers: onParkedMessages(announcing),
    }),
    consume({
      ...common,
      exchange: "inventory.events",
      queue: "notify.inventory-events",
      handlers: onStockEvents(announcing),
    }),
  ];
  return {
    all: consumers,
    async start() {
      for (const consumer of consumers) await consumer.start();
      parkedAlerts.start();
    },
    async stop() {
      await Promise.all([parkedAlerts.stop(), ...consumers.map((consumer) => consumer.stop())]);
    },
    /** How they and the bus do, for the readiness. */
    dependency: eventBusDependency(bus, consumers),
  };
};
