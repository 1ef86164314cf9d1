import type { EventBus } from "../../ports/event-bus.ts";
import type { PubSub } from "../../ports/pub-sub.ts";
import type { TtlStore } from "../../ports/ttl-store.ts";
import { type Canary, canary } from "./canary.ts";

type Listener = Canary | null;

/** The bus, with every event shown to the canary before it goes out. */
export const heardBus = (bus: EventBus, world: string, listener: Listener = canary): EventBus =>
  listener === null
    ? bus
    : {
        ...bus,
        publish(exchange, events, options) {
          for (const event of events)
            listener.emitted({ channel: "event", place: event.type, world, text: JSON.stringify(event) });
          return bus.publish(exchange, events, options);
        },
      };

/** The broadcasts, with every message shown to the canary before it goes out. */
export const heardPubSub = (pubSub: PubSub, world: string, listener: Listener = canary): PubSub =>
  listener === null
    ? pubSub
    : {
        ...pubSub,
        publish(channel, message) {
          listener.emitted({ channel: "event", place: channel, world, text: message });
          return pubSub.publish(channel, message);
        },
      };

/** The store, with every key and value shown to the canary before it is kept. */
export const heardTtlStore = (store: TtlStore, world: string, listener: Listener = canary): TtlStore => {
  if (listener === null) return store;
  const show = (key: string, value: string): void => {
    listener.emitted({ channel: "store", world, text: key });
    listener.emitted({ channel: "store", world, text: value });
  };
  return {
    ...store,
    set(key, value, ttlMs) {
      show(key, value);
      return store.set(key, value, ttlMs);
    },
    setIfAbsent(key, value, ttlMs) {
      show(key, value);
      return store.setIfAbsent(key, value, ttlMs);
    },
  };
};
