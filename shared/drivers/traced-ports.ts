import type { EventBus } from "../ports/event-bus.ts";
import type { Limits } from "../ports/limits.ts";
import type { PubSub } from "../ports/pub-sub.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import type { Tracing } from "../ports/tracing.ts";
import type { TtlStore } from "../ports/ttl-store.ts";
import { failureOf, isRecorded, openSpan, recordLeaf, recordPart } from "../runtime/spans.ts";
import { continueTrace } from "../runtime/trace-context.ts";

// The ports of one service with a span around whatever they do for a request that is recorded. Over a port and not over a library:
// so the spans are the same whatever stands behind it, and where nobody records there is nothing in between.

/** What stands behind a port, by OpenTelemetry's names: `redis` or `rabbitmq`, or `in_process` where there is no server. */
export type Behind = "redis" | "rabbitmq" | "in_process";

/** One command of the shared state: its name and what it is for, never its key or its value. */
const command = (name: string, what: string, behind: Behind) => () => ({
  name: `${name} ${what}`,
  kind: "client" as const,
  attributes: { "db.system.name": behind, "db.operation.name": name },
});

export const tracedLimits = (limits: Limits, tracing: Tracing, behind: Behind): Limits => ({
  consume: (rule, subject, points) =>
    recordLeaf(tracing, command("CONSUME", rule.name, behind), () => limits.consume(rule, subject, points)),
  reset: (rule, subject) =>
    recordLeaf(tracing, command("RESET", rule.name, behind), () => limits.reset(rule, subject)),
});

export const tracedTtlStore = (store: TtlStore, tracing: Tracing, behind: Behind): TtlStore => {
  const traced = <T>(name: string, work: () => Promise<T>) =>
    recordLeaf(tracing, command(name, "ttl", behind), work);
  return {
    ...store,
    get: (key) => traced("GET", () => store.get(key)),
    set: (key, value, ttlMs) => traced("SET", () => store.set(key, value, ttlMs)),
    setIfAbsent: (key, value, ttlMs) => traced("SETNX", () => store.setIfAbsent(key, value, ttlMs)),
    delete: (key) => traced("DEL", () => store.delete(key)),
  };
};

export const tracedPubSub = (pubSub: PubSub, tracing: Tracing, behind: Behind): PubSub => ({
  ...pubSub,
  publish: (channel, message) =>
    recordLeaf(tracing, command("PUBLISH", channel, behind), () => pubSub.publish(channel, message)),
});

/**
 * A relay publishes the events of many requests at once: each that is recorded has a span in its own trace, which begins where its
 * event was caused.
 */
export const tracedBus = (bus: EventBus, tracing: Tracing, behind: Behind): EventBus => ({
  ...bus,
  async publish(exchange, events, options) {
    const ends = events.flatMap(({ type, traceparent }) => {
      if (!isRecorded(tracing, traceparent)) return [];
      const facts = {
        name: `publish ${type}`,
        kind: "producer" as const,
        attributes: { "messaging.system": behind, "messaging.destination.name": exchange },
      };
      return [openSpan(tracing, facts, { traceparent: continueTrace(traceparent), parent: traceparent })];
    });
    try {
      await bus.publish(exchange, events, options);
      for (const end of ends) end();
    } catch (error) {
      for (const end of ends) end({ failure: failureOf(error) });
      throw error;
    }
  },
});

/** One service as another sees it, with a span around every call: retries show as several. */
export const tracedService = (fetch: ServiceFetch, tracing: Tracing, to: string): ServiceFetch => {
  const traced = (request: Request) =>
    recordPart(
      tracing,
      () => ({
        name: `${request.method} ${to}`,
        kind: "client",
        attributes: { "http.request.method": request.method, "service.peer.name": to },
      }),
      (traceparent) => {
        if (traceparent !== null) request.headers.set("traceparent", traceparent);
        return fetch(request);
      },
      ({ status }) => ({
        failure: status >= 500 ? String(status) : null,
        attributes: { "http.response.status_code": status },
      }),
    );
  return fetch.atHand === undefined ? traced : Object.assign(traced, { atHand: fetch.atHand });
};
