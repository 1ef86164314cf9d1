import { expect, test } from "bun:test";
import type { EventEnvelope } from "../contracts/envelope.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import { runWithRequest } from "../runtime/request-context.ts";
import { newTraceparent } from "../runtime/trace-context.ts";
import { recordedSpans } from "../testing/recorded-spans.ts";
import { createMemoryEventBus } from "./memory-event-bus.ts";
import { createMemoryLimits } from "./memory-limits.ts";
import { createMemoryPubSub } from "./memory-pub-sub.ts";
import { createMemoryTtlStore } from "./memory-ttl-store.ts";
import { tracedBus, tracedLimits, tracedPubSub, tracedService, tracedTtlStore } from "./traced-ports.ts";

const parent = newTraceparent(true);
const inRequest = <T>(work: () => Promise<T>): Promise<T> =>
  runWithRequest({ requestId: "request-1", traceparent: parent }, work);

test("what goes to the shared state is named by what it is for, and holds no key and no value", async () => {
  const tracing = recordedSpans();
  const store = tracedTtlStore(createMemoryTtlStore(), tracing, "redis");
  const limits = tracedLimits(createMemoryLimits(), tracing, "redis");
  const pubSub = tracedPubSub(createMemoryPubSub(), tracing, "redis");
  const rule = { name: "codes", points: 5, windowSeconds: 60 };
  const heard: string[] = [];
  await inRequest(async () => {
    await pubSub.subscribe("stock", { onMessage: (message) => heard.push(message) });
    await store.set("otp:+15550001", "482913", 1_000);
    expect(await store.setIfAbsent("otp:+15550001", "1", 1_000)).toBe(false);
    expect(await store.get("otp:+15550001")).toBe("482913");
    await store.delete("otp:+15550001");
    expect((await limits.consume(rule, "+15550001")).remaining).toBe(4);
    await limits.reset(rule, "+15550001");
    await pubSub.publish("stock", "secret news");
  });
  await store.get("of nobody's request");
  expect(heard).toEqual(["secret news"]);
  expect(tracing.spans.map(({ name }) => name)).toEqual([
    ...["SET ttl", "SETNX ttl", "GET ttl", "DEL ttl", "CONSUME codes", "RESET codes", "PUBLISH stock"],
  ]);
  expect(new Set(tracing.spans.map((span) => span.parent))).toEqual(new Set([parent]));
  expect(JSON.stringify(tracing.spans)).not.toMatch(/1555|4829|otp|news/);
  expect(store.isShared).toBe(createMemoryTtlStore().isShared);
});

const eventOf = (traceparent: string | undefined): EventEnvelope => ({
  ...{ specversion: "1.0", id: crypto.randomUUID(), type: "order.created", source: "/orders", subject: "A" },
  ...{ time: new Date().toISOString(), sequence: 1, dataschema: "order.created/v1" },
  ...{ datacontenttype: "application/json", data: {} },
  ...(traceparent === undefined ? {} : { traceparent }),
});

test("each event that is recorded is published in its own trace, from the relay that carries many", async () => {
  const tracing = recordedSpans();
  const inner = createMemoryEventBus();
  const bus = tracedBus(inner, tracing, "in_process");
  const events = [eventOf(parent), eventOf(newTraceparent(false)), eventOf(undefined)];
  expect(bus.publish("orders.events", events)).rejects.toThrow("declared");
  await Promise.resolve();
  await bus.declare([{ exchange: "orders.events", queues: [] }]);
  await bus.publish("orders.events", events);
  expect(tracing.spans.map((span) => [span.name, span.kind, span.parent, span.failure])).toEqual([
    ["publish order.created", "producer", parent, "UNAVAILABLE"],
    ["publish order.created", "producer", parent, null],
  ]);
  expect([bus.tellsOfHandled, bus.state()]).toEqual([true, inner.state()]);
  await bus.close();
});

test("a call of a service goes on below its span, and an answer of 5xx is a failure", async () => {
  const tracing = recordedSpans();
  const seen: (string | null)[] = [];
  const atHand: ServiceFetch["atHand"] = () => null;
  const service = Object.assign(
    async (request: Request) => {
      seen.push(request.headers.get("traceparent"));
      return new Response(null, { status: request.method === "GET" ? 404 : 503 });
    },
    { atHand },
  );
  const traced = tracedService(service, tracing, "inventory");
  const request = (method: string) =>
    new Request("http://inventory.internal/internal/reservations/7", {
      method,
      headers: { traceparent: parent },
    });
  await inRequest(() => traced(request("GET")));
  await inRequest(() => traced(request("PUT")));
  await traced(request("GET"));
  expect(tracing.spans.map((span) => [span.name, span.parent, span.failure])).toEqual([
    ["GET inventory", parent, null],
    ["PUT inventory", parent, "503"],
  ]);
  expect(seen).toEqual([...tracing.spans.map(({ traceparent }) => traceparent), parent]);
  expect(traced.atHand).toBe(atHand);
});
