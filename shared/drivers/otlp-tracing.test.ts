import { afterEach, expect, test } from "bun:test";
import type { EndedSpan } from "../ports/tracing.ts";
import { newTraceparent, parseTraceparent } from "../runtime/trace-context.ts";
import { openOtlpReceiver } from "../testing/otlp-receiver.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createOtlpTracing, type OtlpTracingOptions } from "./otlp-tracing.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const receiver = (answer?: Parameters<typeof openOtlpReceiver>[0]) => {
  const opened = openOtlpReceiver(answer);
  closers.push(opened.close);
  return opened;
};

const open = async (options: Partial<OtlpTracingOptions> & Pick<OtlpTracingOptions, "endpoint">) => {
  const log = silentLogger();
  const traces = createOtlpTracing({
    ...{ headers: {}, namespace: "kiosk", version: "1.2.3", ratio: 1, log },
    ...{ lingerMs: 1, backoffMs: { min: 1, max: 2 }, flushMs: 20 },
    ...options,
  });
  await traces.start();
  closers.push(traces.stop);
  return { traces, log };
};

const spanOf = (more: Partial<EndedSpan> = {}): EndedSpan => ({
  ...{ name: "GET orders", kind: "server", traceparent: newTraceparent(true), parent: null },
  ...{ startedAtMs: performance.now(), endedAtMs: performance.now() + 2, failure: null },
  ...more,
});

test("spans arrive as the protocol has them, under the names of their services", async () => {
  const { url, spans, headers } = receiver();
  const { traces } = await open({
    endpoint: `${url}/`,
    headers: { authorization: "Bearer of the receiver" },
  });
  const parent = newTraceparent(true);
  const startedAtMs = performance.now();
  const sql = spanOf({
    ...{ name: "SELECT outbox", kind: "client", parent, startedAtMs, endedAtMs: startedAtMs + 1.5 },
    ...{
      attributes: { "db.namespace": "orders", rows: 3, ratio: 0.5, cached: false, long: "x".repeat(999) },
    },
    ...{ failure: "UNAVAILABLE", links: [parent] },
  });
  traces.of("orders").record(sql);
  traces.of("gateway").record(spanOf());
  await waitFor(() => spans.length === 2, { what: "both spans to arrive" });
  const [first, second] = spans;
  expect([first?.service, second?.service]).toEqual(["kiosk-orders", "kiosk-gateway"]);
  const own = parseTraceparent(sql.traceparent);
  const above = parseTraceparent(parent);
  expect(first).toMatchObject({
    ...{ name: "SELECT outbox", kind: 3, traceId: own?.traceId, spanId: own?.spanId },
    ...{ parentSpanId: above?.spanId, links: [{ traceId: above?.traceId, spanId: above?.spanId }] },
    status: { code: 2 },
  });
  expect(BigInt(first?.endTimeUnixNano ?? 0) - BigInt(first?.startTimeUnixNano ?? 0)).toBe(1_500_000n);
  expect(first?.values).toMatchObject({ rows: "3", ratio: 0.5, cached: false, "error.type": "UNAVAILABLE" });
  expect(String(first?.values.long)).toHaveLength(200);
  expect(second?.parentSpanId).toBeUndefined();
  expect(headers[0]?.get("authorization")).toBe("Bearer of the receiver");
  await waitFor(() => traces.counts.exported === 2);
});

test("a receiver that is away costs nobody anything, is told of once, and gets what has waited when it is back", async () => {
  let isAway = true;
  const { url, spans, headers } = receiver(() => (isAway ? new Response(null, { status: 503 }) : null));
  const { traces, log } = await open({ endpoint: url, queueMax: 3 });
  const orders = traces.of("orders");
  for (let n = 0; n < 10; n += 1) orders.record(spanOf({ name: `span ${n}` }));
  expect(traces.counts.dropped).toBe(7);
  await waitFor(() => headers.length >= 3, { what: "some attempts" });
  isAway = false;
  await waitFor(() => spans.length === 3, { what: "what has waited to arrive" });
  expect(spans.map(({ name }) => name)).toEqual(["span 0", "span 1", "span 2"]);
  await waitFor(() => log.lines.some(({ level }) => level === "info"), { what: "the end to be told" });
  expect(log.lines.map(({ level }) => level)).toEqual(["warn", "info"]);
  expect(traces.counts).toEqual({ exported: 3, dropped: 7, refused: 0 });
});

test("what a receiver does not want is not sent again", async () => {
  const { url, headers } = receiver(() => new Response(null, { status: 401 }));
  const { traces, log } = await open({ endpoint: url });
  traces.of("auth").record(spanOf());
  await waitFor(() => traces.counts.refused === 1);
  traces.of("auth").record(spanOf());
  await waitFor(() => traces.counts.refused === 2);
  expect(headers).toHaveLength(2);
  expect(log.lines.map(({ level }) => level)).toEqual(["warn"]);
});

test("a receiver that hangs keeps nobody from recording or from stopping", async () => {
  const { url, headers } = receiver(() => new Promise<Response>(() => undefined));
  const { traces, log } = await open({ endpoint: url, exportTimeoutMs: 60_000, queueMax: 2 });
  traces.of("auth").record(spanOf());
  await waitFor(() => headers.length === 1, { what: "the message that hangs" });
  for (let n = 0; n < 5; n += 1) traces.of("auth").record(spanOf());
  await traces.stop();
  await traces.stop();
  expect(traces.counts).toEqual({ exported: 0, dropped: 6, refused: 0 });
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toContain("/v1/traces");
});

test("stop sends what is there", async () => {
  const { url, spans } = receiver();
  const { traces } = await open({ endpoint: url, lingerMs: 60_000, flushMs: 60_000 });
  for (let n = 0; n < 1_200; n += 1) traces.of("catalog").record(spanOf());
  await traces.stop();
  expect(spans).toHaveLength(1_200);
});

test("of no trace and of every trace is begun as it is configured", async () => {
  const { url } = receiver();
  const never = (await open({ endpoint: url, ratio: 0 })).traces.of("gateway");
  const always = (await open({ endpoint: url, ratio: 1 })).traces.of("gateway");
  const tries = Array.from({ length: 200 });
  expect(tries.filter(() => never.sample())).toHaveLength(0);
  expect(tries.filter(() => always.sample())).toHaveLength(200);
});
