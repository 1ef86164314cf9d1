import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openOtlpReceiver, type ReceivedSpan } from "../shared/testing/otlp-receiver.ts";
import { realServers } from "../shared/testing/real-servers.ts";
import { reportSuite } from "../shared/testing/suite-report.ts";
import { metricsDocument, metricsOf, seriesOf } from "../tools/metrics/page.ts";
import { exporterMetrics, namesInUse } from "../tools/observability/names-in-use.ts";
import { startCluster } from "./cluster.ts";
import { openPrometheus } from "./observability/prometheus.ts";
import { logLinesOf, placeOneOrder, traceOf } from "./observability/traced-order.ts";
import { type OneProcess, openOneProcess } from "./one-process.ts";

setDefaultTimeout(120_000);

const receiver = openOtlpReceiver();
const closers: (() => Promise<unknown>)[] = [receiver.close];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const env = { LOG_LEVEL: "debug", OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };

let kiosk: OneProcess;
let order: Awaited<ReturnType<typeof placeOneOrder>>;
beforeAll(async () => {
  kiosk = await openOneProcess(env);
  closers.push(kiosk.close);
  order = await placeOneOrder(kiosk);
});

/** What one order does, whatever it goes over. */
const WORK = [
  "gateway: POST orders",
  "orders: POST /v1/orders",
  "orders: INSERT outbox",
  "orders: COMMIT",
  "orders: PUT inventory",
  "inventory: PUT /internal/reservations/:orderId",
  "inventory: UPDATE stock_level",
  "orders: publish order.created",
  "orders: publish order.confirmed",
  "catalog: process order.confirmed",
  "notify: process order.confirmed",
  "notify: INSERT delivery",
  "notify: deliver order-card",
  "notify: telegram sendMessage",
];

const expectWhole = (trace: readonly ReceivedSpan[]) => {
  const names = new Set(trace.map(({ service, name }) => `${service.replace("kiosk-", "")}: ${name}`));
  expect(WORK.filter((name) => !names.has(name))).toEqual([]);
  // One root, and everything below it.
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const roots = trace.filter(({ parentSpanId = "" }) => !ids.has(parentSpanId));
  expect(roots.map(({ service, name }) => `${service} ${name}`)).toEqual(["kiosk-gateway POST orders"]);
  expect(ids.size).toBe(trace.length);
  for (const span of trace)
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
};

describe("one order", () => {
  test("is one trace, from the gateway to the message in the chat", async () => {
    expectWhole(await traceOf(receiver.spans, order.requestId));
  });

  test("is found by its request id on every line about it, in every service, and by one trace id", async () => {
    const [root] = await traceOf(receiver.spans, order.requestId);
    const lines = logLinesOf(kiosk.output());
    const own = lines.filter(({ requestId }) => requestId === order.requestId);
    expect(new Set(own.map(({ service }) => service))).toEqual(
      new Set(["orders", "inventory", "catalog", "notify"]),
    );
    expect(new Set(own.map(({ traceId }) => traceId))).toEqual(new Set([root?.traceId]));
    // And no line of its trace is without it.
    const ofTrace = lines.filter(({ traceId }) => traceId === root?.traceId);
    expect(ofTrace.filter(({ requestId }) => requestId !== order.requestId)).toEqual([]);
  });

  test("leaves nothing of the person, of a secret or of an id in any span", async () => {
    await traceOf(receiver.spans, order.requestId);
    const sent = receiver.bodies.join("\n");
    expect(sent).toContain("kiosk-notify");
    expect(order.secrets.filter((secret) => secret.length > 3 && sent.includes(secret))).toEqual([]);
  });
});

describe("a log", () => {
  test("is one object a line, with its time in UTC, its level, its service and its place in a trace", () => {
    const printed = kiosk.output().split("\n");
    const lines = logLinesOf(kiosk.output());
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) {
      expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(line.level).toMatch(/^(debug|info|warn|error)$/);
      expect(line.msg.length).toBeGreaterThan(0);
      if (line.traceId !== undefined) expect(line).toHaveProperty("spanId");
    }
    expect(lines.some(({ requestId, traceId, spanId }) => requestId && traceId && spanId)).toBe(true);
    // A line that only looks like the beginning of one would not have been counted.
    expect(printed.filter((line) => line.startsWith("{") && !line.endsWith("}"))).toEqual([]);
  });
});

describe("the metrics", () => {
  const readPage = async () => (await fetch(`${kiosk.url}/metrics`)).text();

  test("are those of docs/metrics.md", async () => {
    const written = readFileSync(join(import.meta.dir, "../docs/metrics.md"), "utf8");
    expect(metricsDocument(await readPage())).toBe(written);
  });

  test("have the names that Prometheus asks for, and none of them grows with what clients send", async () => {
    for (const path of [
      "/v1/products/0190a000-0000-7000-8000-000000000001",
      "/v1/../etc/passwd",
      "/x".repeat(99),
    ])
      await fetch(`${kiosk.url}${path}`, { method: "GET" });
    const page = await readPage();
    for (const { name, type, help } of metricsOf(page)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(help.length).toBeGreaterThan(10);
      expect({ name, ends: name.endsWith("_total") }).toEqual({ name, ends: type === "counter" });
    }
    const labels = [...page.matchAll(/[{,]([a-z_]+)="([^"]*)"/g)].map(([, , value = ""]) => value);
    expect(labels.length).toBeGreaterThan(50);
    // No ids of any look: a UUID, a phone, a long run of digits or of hexadecimal ones.
    expect(
      labels.filter((value) => /[0-9a-f]{8}-[0-9a-f]{4}|\d{6,}|\b[0-9a-f]{16,}\b|passwd|\/x\/x/.test(value)),
    ).toEqual([]);
  });

  test("that alerts and dashboards read are all there, here or at an exporter", async () => {
    const known = new Set([...metricsOf(await readPage()).flatMap(seriesOf), ...exporterMetrics()]);
    expect([...namesInUse()].filter(([name]) => !known.has(name))).toEqual([]);
  });
});

const prometheus = Bun.which("prometheus");
const SCRAPED = "Prometheus scrapes a Kiosk";
if (prometheus === null)
  reportSuite({ outcome: "skipped", title: SCRAPED, reason: "there is no prometheus on the PATH" });
else {
  reportSuite({ outcome: "ran", title: SCRAPED, reason: "prometheus" });
  test(SCRAPED, async () => {
    const opened = openPrometheus(prometheus, new URL(kiosk.url).host);
    closers.push(opened.close);
    expect((await opened.until("up", (value) => value === 1)).value).toBe(1);
    const placed = `http_request_duration_seconds_count{service="orders",route="/v1/orders",status="201"}`;
    expect((await opened.until(placed, (value) => value >= 1)).value).toBe(1);
  });
}

const { postgres, redis, rabbitmq } = realServers;
const ACROSS = "one order over Redis, RabbitMQ and two processes is one trace";
if (postgres && redis && rabbitmq) {
  reportSuite({ outcome: "ran", title: ACROSS, reason: "DATABASE_URL" });
  test(ACROSS, async () => {
    const others = ["auth", "catalog", "inventory", "orders", "notify"] as const;
    const cluster = await startCluster([["gateway"], others], { env });
    closers.push(cluster.close);
    const { requestId } = await placeOneOrder(cluster);
    const trace = await traceOf(receiver.spans, requestId);
    expectWhole(trace);
    const behind = new Set(
      trace.flatMap(({ values }) => [values["db.system.name"], values["messaging.system"]]),
    );
    expect([...behind].filter((name) => name !== undefined).toSorted()).toEqual([
      ...["postgresql", "rabbitmq", "redis", "telegram"],
    ]);
  });
} else
  reportSuite({
    outcome: "skipped",
    title: ACROSS,
    reason: "DATABASE_URL, REDIS_URL or RABBITMQ_URL is not set",
  });
