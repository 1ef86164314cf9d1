import type { PubSub, PubSubSubscription } from "../shared/ports/pub-sub.ts";
import type { ImportSigns } from "./usecases/follow-import.ts";

/** Pub/Sub channel on which instances of the catalog tell each other that an import has got on. A message is its id. */
const IMPORT_CHANNEL = "catalog.imports";

export interface ImportSignals extends ImportSigns {
  /** Tells all instances. Never fails: who follows looks from time to time as well. */
  tell(id: string): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Who follows which import on this instance, and the signs for them. */
export const createImportSignals = (pubSub: PubSub): ImportSignals => {
  const followers = new Map<string, Set<() => void>>();
  let subscription: PubSubSubscription | undefined;
  const sign = (id: string) => {
    for (const onSign of followers.get(id) ?? []) onSign();
  };
  return {
    follow(id, onSign) {
      const others = followers.get(id) ?? new Set();
      others.add(onSign);
      followers.set(id, others);
      return () => {
        others.delete(onSign);
        if (others.size === 0 && followers.get(id) === others) followers.delete(id);
      };
    },
    tell(id) {
      sign(id);
      void pubSub.publish(IMPORT_CHANNEL, id).catch(() => undefined);
    },
    async start() {
      subscription ??= await pubSub.subscribe(IMPORT_CHANNEL, {
        onMessage: sign,
        onResync: () => {
          for (const id of followers.keys()) sign(id);
        },
      });
    },
    async stop() {
      const ended = subscription;
      subscription = undefined;
      await ended?.close();
    },
  };
};
