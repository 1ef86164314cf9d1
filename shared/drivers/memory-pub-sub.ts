import { unavailable } from "../kernel/errors.ts";
import type { PubSub, PubSubHandlers } from "../ports/pub-sub.ts";

/**
 * Broadcast within one process. Messages are handed over in a later microtask, as over a wire: a subscriber
 * that throws neither fails the publisher nor keeps the others from hearing.
 */
export const createMemoryPubSub = (): PubSub => {
  const channels = new Map<string, Set<PubSubHandlers>>();
  let closed = false;
  const refuseIfClosed = () => {
    if (closed) throw unavailable("The Pub/Sub is closed.");
  };
  return {
    async publish(channel, message) {
      refuseIfClosed();
      for (const handlers of channels.get(channel) ?? []) {
        queueMicrotask(() => {
          if (channels.get(channel)?.has(handlers)) handlers.onMessage(message);
        });
      }
    },
    async subscribe(channel, handlers) {
      refuseIfClosed();
      // A copy, so that the same handlers may be subscribed twice.
      const own: PubSubHandlers = { ...handlers };
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(own));
      return {
        async close() {
          listeners.delete(own);
          if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
        },
      };
    },
    async ping() {
      refuseIfClosed();
    },
    async close() {
      closed = true;
      channels.clear();
    },
  };
};
