import { describe, expect, test } from "bun:test";
import { createMemoryLimits } from "../shared/drivers/memory-limits.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { createMetrics } from "../shared/runtime/metrics.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { createGateway, type GatewayOptions } from "./gateway.ts";
import { serviceFor } from "./routes.ts";

const document = (name: string) => ({
  openapi: "3.0.3",
  info: { title: name, description: `the ${name} service` },
  paths: { [`/v1/${name}`]: { get: {} }, "/internal/x": { get: {} } },
});

const build = (
  overrides: Partial<Record<ServiceName, ServiceFetch>> = {},
  options: Partial<GatewayOptions> = {},
) => {
  const seen: { service: string; request: Request }[] = [];
  const fake =
    (service: ServiceName): ServiceFetch =>
    async (request) => {
      seen.push({ service, request });
      const { pathname } = new URL(request.url);
      if (pathname === "/openapi.json") return Response.json(document(service));
      return Response.json({ service, body: await request.text() }, { headers: { "x-powered": "service" } });
    };
  const services = Object.fromEntries(
    serviceNames.map((name) => [name, overrides[name] ?? fake(name)]),
  ) as Record<ServiceName, ServiceFetch>;
  const gateway = createGateway({
    config: { ALLOWED_ORIGINS: ["https://shop.example"], RATE_LIMITS: true },
    services,
    sandbox: null,
    limits: createMemoryLimits(),
    clock: systemClock,
    log: silentLogger(),
    metrics: createMetrics(),
    version: "0.0.0",
    ...options,
  });
  const call = (path: string, init: RequestInit = {}, clientIp = "127.0.0.1") =>
    gateway(new Request(`http://kiosk.example${path}`, init), clientIp);
  return { call, seen };
};

describe("the gateway", () => {
  test("sends every path to the service that owns it, and internal ones nowhere", () => {
    expect(serviceFor("/v1/orders/123/cancel")).toBe("orders");
    expect(serviceFor("/v1/ops/sagas")).toBe("orders");
    expect(serviceFor("/v1/users/me")).toBe("auth");
    expect(serviceFor("/.well-known/jwks.json")).toBe("auth");
    expect(serviceFor("/internal/reservations/1")).toBeNull();
    expect(serviceFor("/v1/ordersandmore")).toBeNull();
  });

  test("forwards method, query, body and request id, and answers with both", async () => {
    const { call, seen } = build();
    const answer = await call("/v1/orders?limit=1", {
      method: "POST",
      body: '{"a":1}',
      headers: { "x-request-id": "request-0001", "content-type": "application/json" },
    });
    expect(await answer.json()).toEqual({ service: "orders", body: '{"a":1}' });
    expect(answer.headers.get("x-request-id")).toBe("request-0001");
    expect(seen[0]?.request.url).toBe("http://orders.internal/v1/orders?limit=1");
    expect(seen[0]?.request.headers.get("x-request-id")).toBe("request-0001");
  });

  test("drops headers by which a stranger could pretend to be somebody", async () => {
    const { call, seen } = build();
    const forged = {
      "x-internal-token": "t",
      "x-user-id": "1",
      "x-forwarded-for": "6.6.6.6",
      "x-client-ip": "6.6.6.6",
      "x-real-ip": "6.6.6.6",
      forwarded: "for=6.6.6.6",
      authorization: "Bearer mine",
    };
    await call("/v1/orders", { headers: forged }, "203.0.113.9");
    const headers = seen[0]?.request.headers;
    expect(headers?.get("x-client-ip")).toBe("203.0.113.9");
    expect(headers?.get("authorization")).toBe("Bearer mine");
    for (const name of ["x-internal-token", "x-user-id", "x-forwarded-for", "x-real-ip", "forwarded"])
      expect(headers?.has(name)).toBe(false);
  });

  test("an unknown address and an internal one are the same 404", async () => {
    const { call, seen } = build();
    for (const path of ["/v2/orders", "/internal/users/1", "/../internal/users"]) {
      const answer = await call(path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
    expect(seen).toEqual([]);
  });

  test("a service that cannot be reached is 503 with Retry-After; reads are repeated, writes are not", async () => {
    let calls = 0;
    const { call } = build({
      orders: async () => {
        calls += 1;
        throw new Error("connection refused at 10.0.0.1");
      },
    });
    const read = await call("/v1/orders");
    expect([read.status, read.headers.get("retry-after"), calls]).toEqual([503, "1", 3]);
    expect(await read.text()).not.toContain("10.0.0.1");
    await call("/v1/orders", { method: "POST", body: "{}" });
    expect(calls).toBe(4);
  });

  test("too large a body is refused before it is forwarded", async () => {
    const { call, seen } = build();
    const answer = await call("/v1/orders", {
      method: "POST",
      body: "x",
      headers: { "content-length": String(1024 * 1024 + 1) },
    });
    expect([answer.status, seen.length]).toEqual([413, 0]);
  });

  test("a route that takes files has larger bodies than others, and a limit too", async () => {
    const { call, seen } = build();
    const said = (path: string, bytes: number) =>
      call(path, { method: "POST", body: "x", headers: { "content-length": String(bytes) } });
    for (const path of ["/v1/products/import", "/v1/stock/receipts"]) {
      expect((await said(path, 20 * 1024 * 1024)).status).toBe(200);
      expect((await said(path, 20 * 1024 * 1024 + 1)).status).toBe(413);
      expect((await said(`${path}/x`, 2 * 1024 * 1024)).status).toBe(413);
    }
    expect(seen).toHaveLength(2);
    await call("/v1/orders", { method: "POST", body: "{}" });
    const [deadline, , ordinary] = seen.map(({ request }) => Number(request.headers.get("x-deadline-ms")));
    expect(deadline).toBeGreaterThan(Number(ordinary));
  });

  test("a body in chunks, without a length, is held to the same limit", async () => {
    const { call, seen } = build();
    const chunks = (bytes: number): RequestInit => ({
      method: "POST",
      body: new ReadableStream<Uint8Array>({
        start(controller) {
          for (let left = bytes; left > 0; left -= 65_536)
            controller.enqueue(new Uint8Array(Math.min(left, 65_536)).fill(32));
          controller.close();
        },
      }),
    });
    expect((await call("/v1/orders", chunks(1024 * 1024 + 1))).status).toBe(413);
    expect(seen).toEqual([]);
    const { body } = (await (await call("/v1/orders", chunks(1024 * 1024))).json()) as { body: string };
    expect(body).toHaveLength(1024 * 1024);
  });

  test("a browser of an allowed origin may read answers, another may not", async () => {
    const { call } = build();
    const origin = (value: string) => ({ headers: { origin: value } });
    expect(
      (await call("/v1/products", origin("https://shop.example"))).headers.get("access-control-allow-origin"),
    ).toBe("https://shop.example");
    expect(
      (await call("/v1/products", origin("https://evil.example"))).headers.get("access-control-allow-origin"),
    ).toBeNull();
    expect(
      (await call("/v1/products", origin("null"))).headers.get("access-control-allow-origin"),
    ).toBeNull();
    const asked = await call("/v1/orders", {
      method: "OPTIONS",
      headers: { origin: "https://shop.example", "access-control-request-method": "POST" },
    });
    expect([
      asked.status,
      asked.headers.get("access-control-allow-headers")?.includes("idempotency-key"),
    ]).toEqual([204, true]);
  });

  test("one address that calls too often is told when to come back; another is not held up", async () => {
    const { call } = build();
    const statuses = await Promise.all(
      Array.from(
        { length: 130 },
        async () => (await call("/v1/auth/refresh", { method: "POST", body: "{}" }, "198.51.100.1")).status,
      ),
    );
    expect(statuses.filter((status) => status === 200).length).toBe(120);
    const refused = await call("/v1/auth/refresh", { method: "POST", body: "{}" }, "198.51.100.1");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("ratelimit")).toContain("r=0");
    expect((await call("/v1/auth/refresh", { method: "POST", body: "{}" }, "198.51.100.2")).status).toBe(200);
  });

  test("health asks every service at once and is 503 when one is down", async () => {
    expect((await build().call("/health")).status).toBe(200);
    const { call } = build({ notify: async () => Promise.reject(new Error("down")) });
    const answer = await call("/health");
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      status: "degraded",
      services: { notify: { status: "down" }, auth: { status: "ok" } },
    });
  });

  test("the API document is merged from all services, without internal routes", async () => {
    const { call } = build();
    const merged = (await (await call("/openapi.json")).json()) as { paths: object };
    const own = ["/docs", "/health", "/ready"];
    expect(Object.keys(merged.paths).filter((path) => !own.includes(path))).toEqual(
      serviceNames.map((name) => `/v1/${name}`).toSorted(),
    );
    expect((await call("/openapi/orders.json")).status).toBe(200);
    expect((await call("/openapi/nothing.json")).status).toBe(404);
  });

  test("the pages load only what we serve, and say so", async () => {
    const { call } = build();
    const answer = await call("/docs");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    for (const path of ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/start.js"]) {
      expect((await call(path)).status).toBe(200);
    }
    expect((await call("/docs/package.json")).status).toBe(404);
    expect((await call("/docs/__proto__")).status).toBe(404);
  });

  test("metrics are for this machine, or for whoever has the token", async () => {
    const { call } = build();
    expect((await call("/metrics")).status).toBe(200);
    expect((await call("/metrics", {}, "203.0.113.9")).status).toBe(403);
    const token = "m".repeat(32);
    const guarded = build({}, { config: { ALLOWED_ORIGINS: [], RATE_LIMITS: true, METRICS_TOKEN: token } });
    expect((await guarded.call("/metrics")).status).toBe(403);
    expect(
      (await guarded.call("/metrics", { headers: { authorization: `Bearer ${token}` } }, "203.0.113.9"))
        .status,
    ).toBe(200);
  });

  test("a stream passes through as it is written", async () => {
    const { call } = build({
      inventory: async () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
          }),
          { headers: { "content-type": "text/event-stream" } },
        ),
    });
    const reader = (await call("/v1/stock/stream")).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    await reader?.cancel();
  });
});
