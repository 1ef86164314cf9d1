import { describe, expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { gatewayUnderTest, hangingService } from "../testing/gateway-under-test.ts";
import { bulkheadOptions, RETRY_AFTER_SECONDS } from "./admission.ts";

const { max, queueMax } = bulkheadOptions.catalogue;

/** More reads of the catalogue than there are places, of a catalogue that answers nobody. */
const flooded = async () => {
  const catalog = hangingService();
  const world = gatewayUnderTest({ catalog: catalog.fetch });
  const flood = Array.from({ length: max + queueMax }, (_, i) => world.call(`/v1/products?q=${i}`));
  await waitFor(() => catalog.underWay() === max, { what: "all places to be taken" });
  return { ...world, catalog, flood };
};

describe("a flood of catalogue reads", () => {
  test("is refused beyond its places with Retry-After, like any other failure", async () => {
    const { call, catalog, flood, figure } = await flooded();
    const outcomes = await Promise.all([...Array(20)].map(() => call("/v1/products")));
    for (const answer of outcomes) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      const seconds = Number(answer.headers.get("retry-after"));
      expect(seconds).toBeWithin(RETRY_AFTER_SECONDS.least, RETRY_AFTER_SECONDS.most + 1);
      expect(await answer.json()).toMatchObject({
        code: "UNAVAILABLE",
        status: 503,
        requestId: answer.headers.get("x-request-id") ?? "none",
      });
    }
    catalog.release();
    const statuses = (await Promise.all(flood)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(max);
    expect(await figure('gateway_calls_shed_total{class="catalogue"}')).toBeGreaterThanOrEqual(1);
  });

  test("takes no place from anybody else, and hides neither health nor metrics", async () => {
    const { call, catalog, flood, figure } = await flooded();
    const others = [
      ["POST", "/v1/auth/refresh"],
      ["POST", "/v1/orders"],
      ["POST", "/telegram/webhook/secret"],
      ["GET", "/v1/users/me"],
      ["GET", "/v1/stock"],
      ["GET", "/v1/orders"],
      ["GET", "/v1/notifications"],
      ["GET", "/health"],
      ["GET", "/metrics"],
    ] as const;
    // The catalogue says nothing, also of its health: asked for, it is `down` in the answer, and the answer comes.
    for (const [method, path] of others.filter(([, path]) => path !== "/health"))
      expect([
        path,
        (await call(path, { method, ...(method === "POST" ? { body: "{}" } : {}) })).status,
      ]).toEqual([path, 200]);
    const health = await call("/health");
    expect(await health.json()).toMatchObject({
      services: { catalog: { status: "down" }, orders: { status: "ok", breaker: "closed" } },
    });
    expect(await figure('gateway_places_taken{class="catalogue"}')).toBe(max);
    expect(await figure('gateway_places_taken{class="checkout"}')).toBe(0);
    catalog.release();
    await Promise.all(flood);
    await waitFor(async () => (await figure('gateway_places_taken{class="catalogue"}')) === 0);
  });
});

describe("a place", () => {
  test("of a stream is held until it is read to its end or left", async () => {
    const endless = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)) }));
    const { call, figure } = gatewayUnderTest({ orders: async () => endless() });
    const taken = () => figure('gateway_places_taken{class="streams"}');
    const [first, second] = [await call("/v1/orders/stream"), await call("/v1/orders/stream")];
    expect(await taken()).toBe(2);
    await first.body?.cancel();
    expect(await taken()).toBe(1);
    await second.body?.cancel();
    expect(await taken()).toBe(0);
  });

  test("is given back by whatever becomes of a call", async () => {
    const outcomes = [
      async () => new Response(null, { status: 204 }),
      async () => new Response(null, { status: 500 }),
      () => Promise.reject(new Error("cut")),
    ];
    let nth = 0;
    const { call, figure } = gatewayUnderTest({ orders: () => outcomes[nth++ % 3]?.() ?? Promise.reject() });
    for (let time = 0; time < 9; time += 1) await call("/v1/orders/1/cancel", { method: "POST" });
    await call("/v1/orders/stream");
    expect(await figure('gateway_places_taken{class="checkout"}')).toBe(0);
  });

  test("is not taken while the body of a request is still on its way", async () => {
    const { call, figure } = gatewayUnderTest();
    const body = Promise.withResolvers<void>();
    const asked = call("/v1/orders", {
      method: "POST",
      body: new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode("{"));
          await body.promise;
          controller.enqueue(new TextEncoder().encode("}"));
          controller.close();
        },
      }),
    });
    expect(await figure('gateway_places_taken{class="checkout"}')).toBe(0);
    body.resolve();
    expect((await asked).status).toBe(200);
  });
});
