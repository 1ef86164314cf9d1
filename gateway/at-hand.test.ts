import { describe, expect, test } from "bun:test";
import { createMemoryLimits } from "../shared/drivers/memory-limits.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import type { AnswerAtHand, PublicRead, ServiceFetch } from "../shared/ports/service-fetch.ts";
import { createMetrics } from "../shared/runtime/metrics.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { createGateway } from "./gateway.ts";

const ETAG = '"1-2-3"';
const headers = { "cache-control": "no-cache", vary: "authorization", "content-type": "application/json" };

/** A catalog that says the same from memory and on the long way, and remembers which of them it was asked. */
const build = (rateLimits = false) => {
  const seen: string[] = [];
  const atHand = ({ path, ifNoneMatch }: PublicRead): AnswerAtHand | null => {
    if (path !== "/v1/products/mug") return null;
    seen.push("at hand");
    const body = ifNoneMatch === ETAG ? null : "{}";
    return { status: body === null ? 304 : 200, body, etag: ETAG, headers, route: "/v1/products/:id" };
  };
  const fetch = async () => {
    seen.push("fetched");
    return new Response("{}", { headers: { ...headers, etag: ETAG } });
  };
  const catalog: ServiceFetch = Object.assign(fetch, { atHand });
  const services = Object.fromEntries(
    serviceNames.map((name) => [name, name === "catalog" ? catalog : fetch]),
  ) as Record<ServiceName, ServiceFetch>;
  const metrics = createMetrics();
  const gateway = createGateway({
    config: { ALLOWED_ORIGINS: ["https://shop.example"], RATE_LIMITS: rateLimits },
    services,
    sandbox: null,
    limits: createMemoryLimits(),
    clock: systemClock,
    log: silentLogger(),
    metrics,
    version: "0.0.0",
  });
  const request = (path = "/v1/products/mug", init: RequestInit = {}) =>
    new Request(`http://kiosk.example${path}`, init);
  return { gateway, seen, metrics, request };
};

const namesAndValues = (response: Response | null) =>
  [...(response?.headers ?? [])].filter(([name]) => name !== "x-request-id").toSorted();

describe("an answer at hand", () => {
  test.each([{}, { origin: "https://shop.example" }, { origin: "https://evil.example" }])(
    "has the headers of one from the long way: asked with %o",
    async (sent) => {
      const { gateway, request } = build();
      const quick = gateway.atHand?.(request(undefined, { headers: sent })) ?? null;
      const usual = await gateway(request(undefined, { headers: sent }), "127.0.0.1");
      expect(quick?.status).toBe(200);
      expect(namesAndValues(quick)).toEqual(namesAndValues(usual));
      expect(await quick?.text()).toBe(await usual.text());
    },
  );

  test("has a request id of its own, or the caller's where that is sane", () => {
    const { gateway, request } = build();
    const idOf = (sent: Record<string, string>) =>
      gateway.atHand?.(request(undefined, { headers: sent }))?.headers.get("x-request-id");
    expect(idOf({})).toMatch(/^[0-9a-f-]{36}$/);
    expect(idOf({})).not.toBe(idOf({}));
    expect(idOf({ "x-request-id": "request-0001" })).toBe("request-0001");
    expect(idOf({ "x-request-id": "<script>" })).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("is told by its tag, without a body", async () => {
    const { gateway, request } = build();
    const answer = gateway.atHand?.(request(undefined, { headers: { "if-none-match": ETAG } }));
    expect([answer?.status, answer?.headers.get("etag"), await answer?.text()]).toEqual([304, ETAG, ""]);
  });

  test("is only for who reads without a token, what a service has there", () => {
    const { gateway, request, seen } = build();
    for (const asked of [
      request(undefined, { headers: { authorization: "Bearer mine" } }),
      request(undefined, { method: "HEAD" }),
      request(undefined, { method: "DELETE" }),
      request("/v1/products/other"),
      request("/v1/orders"),
      request("/"),
    ])
      expect(gateway.atHand?.(asked) ?? null).toBeNull();
    expect(seen).toEqual([]);
  });

  test("is counted as any request of the gateway is", async () => {
    const { gateway, request, metrics } = build();
    for (let n = 0; n < 3; n += 1) gateway.atHand?.(request());
    expect(await metrics.registry.metrics()).toContain(
      'http_request_duration_seconds_count{service="gateway",method="GET",route="catalog",status="200"} 3',
    );
  });

  test("costs a point where calls are limited, and is refused when there are none left", async () => {
    const { gateway, request, seen } = build(true);
    expect(gateway.atHand?.(request()) ?? null).toBeNull();
    const answers = await Promise.all(
      Array.from({ length: 3_001 }, () => gateway(request(), "198.51.100.1")),
    );
    const statuses = answers.map(({ status }) => status);
    expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([3_000, 429]);
    expect(answers[0]?.headers.get("ratelimit")).toContain("r=2999");
    expect(new Set(seen)).toEqual(new Set(["at hand"]));
  });
});
