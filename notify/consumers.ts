import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { consume, type EventHandlers } from "../shared/outbox/inbox.ts";
import { eventBusDependency } from "../shared/outbox/readiness.ts";
import { forgettingErased } from "../shared/people/common-tables.ts";
import type { Database } from "../shared/ports/database.ts";
import type { EventBus } from "../shared/ports/event-bus.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { Tracing } from "../shared/ports/tracing.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import type { Channels } from "./channels.ts";
import { orderWebhookEvents, stockWebhookEvents, type WebhookEvent } from "./domain/webhook.ts";
import type { AnnouncingDeps } from "./events/announcing.ts";
import { keepingAddresses } from "./events/keeping-addresses.ts";
import { type CodeEventsDeps, onCodeEvents } from "./events/on-code-events.ts";
import { onOrderEvents } from "./events/on-order-events.ts";
import {
  onOwnParked,
  onParkedMessages,
  onStuckSagas,
  type ParkedTellingDeps,
} from "./events/on-parked-messages.ts";
import { onSessionEvents } from "./events/on-session-events.ts";
import { withPosting } from "./events/on-shop-events.ts";
import { onStockEvents } from "./events/on-stock-events.ts";
import { onUserEvents, type UserEventDeps } from "./events/on-user-events.ts";
import { createParkedAlerts } from "./parked-alerts.ts";
import { createChatStore } from "./store/chat-store.ts";
import { createCodeMessageStore } from "./store/code-message-store.ts";
import { createParkedAlertStore } from "./store/parked-alert-store.ts";
import { storesOver } from "./store/stores.ts";

export interface ConsumersOptions
  extends Pick<AnnouncingDeps, "announce" | "alert" | "wake">,
    Pick<CodeEventsDeps, "wakeCodeCloser">,
    Pick<UserEventDeps, "wakeMenus"> {
  readonly database: Database;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  /** What else the news is for, beside the bot; nothing by default. */
  readonly channels?: Pick<Channels, "shopEvents" | "keeping" | "wake">;
}

/** The four queues that notify listens to, and the alerts of what is parked, here or elsewhere. */
export const createConsumers = (options: ConsumersOptions) => {
  const { database, bus, clock, log, tracing, metrics } = options;
  const announcing: ParkedTellingDeps = {
    ...options,
    stores: storesOver,
    parkedAlerts: createParkedAlertStore,
  };
  const common = {
    database,
    bus,
    clock,
    log,
    tracing,
    metrics,
    onParked: forgettingErased(onOwnParked(announcing)),
  };
  const parkedAlerts = createParkedAlerts({ ...announcing, database, log });
  const { channels } = options;
  const posted = (types: readonly WebhookEvent[], handlers: EventHandlers): EventHandlers =>
    channels === undefined ? handlers : withPosting({ ...channels, clock }, types, handlers);
  const kept = (handlers: EventHandlers): EventHandlers =>
    channels?.keeping == null ? handlers : keepingAddresses(channels.keeping, handlers);
  const consumers = [
    consume({
      ...common,
      exchange: "auth.events",
      queue: "notify.auth-events",
      handlers: kept({
        ...onUserEvents({ chats: createChatStore, clock, wakeMenus: options.wakeMenus }),
        ...onSessionEvents(announcing),
        ...onCodeEvents({ codeMessages: createCodeMessageStore, wakeCodeCloser: options.wakeCodeCloser }),
      }),
    }),
    consume({
      ...common,
      exchange: "orders.events",
      queue: "notify.orders-events",
      handlers: posted(orderWebhookEvents, {
        ...onOrderEvents(announcing),
        ...onParkedMessages(announcing),
        ...onStuckSagas(announcing),
      }),
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
      handlers: posted(stockWebhookEvents, onStockEvents(announcing)),
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
