import { describe, expect, test } from "bun:test";
import { systemClock } from "../shared/kernel/clock.ts";
import { NotTaken, type ServiceFetch } from "../shared/ports/service-fetch.ts";
import { BREAKER_MIN_CALLS } from "../shared/runtime/breaker.ts";
import { RETRIES_MIN } from "../shared/runtime/retry-budget.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createForward } from "./forward.ts";
import { hangingService } from "./testing/gateway-under-test.ts";

const facts = { clientIp: "127.0.0.1", requestId: "request-0001" };

const forwardTo = (orders: ServiceFetch) => {
  const well: ServiceFetch = async () => new Response("well");
  const services = Object.fromEntries(
    serviceNames.map((name) => [name, name === "orders" ? orders : well]),
  ) as Record<ServiceName, ServiceFetch>;
  return createForward(services, systemClock);
};

const get = (signal?: AbortSignal) =>
  new Request("http://kiosk.example/v1/orders", signal === undefined ? {} : { signal });
const post = (path = "/v1/orders", headers: Record<string, string> = {}) =>
  new Request(`http://kiosk.example${path}`, { method: "POST", body: '{"a":1}', headers });

/** With the body that the gateway has read. */
const withBody = { ...facts, body: new TextEncoder().encode('{"a":1}') };

/** Fails so many times, then answers; tells what it was sent. */
const failing = (times: number, failure: () => Error) => {
  const bodies: string[] = [];
  const fetch: ServiceFetch = async (request) => {
    bodies.push(await request.text());
    if (bodies.length <= times) throw failure();
    return new Response("done");
  };
  return { fetch, bodies };
};

const cut = () => new Error("the connection was reset");

describe("what is repeated when a connection breaks", () => {
  test("a safe method, twice at most", async () => {
    const { fetch, bodies } = failing(3, cut);
    await expect(forwardTo(fetch)("orders", get(), facts)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(bodies).toHaveLength(3);
  });

  test("an order with a key, with the same body; one without a key is not, nor a key that nobody stores", async () => {
    const key = { "idempotency-key": "once" };
    const keyed = failing(2, cut);
    expect((await forwardTo(keyed.fetch)("orders", post("/v1/orders", key), withBody)).status).toBe(200);
    expect(keyed.bodies).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
    for (const request of [post(), post("/v1/orders/1/cancel", key)]) {
      const { fetch, bodies } = failing(1, cut);
      await expect(forwardTo(fetch)("orders", request, withBody)).rejects.toMatchObject({
        code: "UNAVAILABLE",
      });
      expect(bodies).toHaveLength(1);
    }
  });

  test("whatever nobody has taken", async () => {
    const { fetch, bodies } = failing(2, () => new NotTaken("refused"));
    expect((await forwardTo(fetch)("orders", post(), withBody)).status).toBe(200);
    expect(bodies).toHaveLength(3);
  });

  test("nothing of which a part is gone: a file that is passed on as it comes", async () => {
    const { fetch, bodies } = failing(1, () => new NotTaken("refused"));
    await expect(forwardTo(fetch)("orders", post(), facts)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(bodies).toHaveLength(1);
  });

  test("no more than the budget allows", async () => {
    let calls = 0;
    // A third fails: not enough for the breaker, and each failure asks for two retries.
    const forward = forwardTo(async () => {
      calls += 1;
      if (calls % 3 === 0) throw cut();
      return new Response("done");
    });
    const asked = 600;
    const outcomes = await Promise.allSettled(
      Array.from({ length: asked }, () => forward("orders", get(), facts)),
    );
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
    expect(calls).toBe(asked + RETRIES_MIN);
  });
});

describe("a breaker", () => {
  const answerMany = async (orders: ServiceFetch) => {
    const forward = forwardTo(orders);
    for (let call = 0; call < BREAKER_MIN_CALLS; call += 1)
      await forward("orders", post(), facts).catch(() => undefined);
    return forward;
  };

  test("opens for a service that fails, and for no other", async () => {
    let calls = 0;
    const forward = await answerMany(async () => {
      calls += 1;
      return new Response(null, { status: 500 });
    });
    expect(forward.breakers.orders.state).toBe("open");
    await expect(forward("orders", get(), facts)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      details: { retryAfterSeconds: 1 },
    });
    // Not asked, and not asked again either.
    expect(calls).toBe(BREAKER_MIN_CALLS);
    expect((await forward("catalog", get(), facts)).status).toBe(200);
  });

  test("does not open for a service that declines and says when to come back", async () => {
    const busy = () => new Response(null, { status: 503, headers: { "retry-after": "1" } });
    const forward = await answerMany(async () => busy());
    expect(forward.breakers.orders.state).toBe("closed");
  });

  test("does not open because clients go away", async () => {
    const hanging = hangingService();
    const forward = forwardTo(hanging.fetch);
    const leaving = new AbortController();
    const asked = Array.from({ length: 2 * BREAKER_MIN_CALLS }, () =>
      forward("orders", get(leaving.signal), facts).catch(() => undefined),
    );
    await waitFor(() => hanging.underWay() === asked.length);
    leaving.abort();
    await waitFor(() => hanging.signals.every((signal) => signal.aborted));
    hanging.release();
    await Promise.all(asked);
    expect(forward.breakers.orders.state).toBe("closed");
  });
});

describe("a deadline", () => {
  test("ends the wait with 504's code, and leaves nothing waiting at the service", async () => {
    const hanging = hangingService();
    const asked = forwardTo(hanging.fetch)("orders", get(), { ...facts, deadlineMs: 50 });
    await expect(asked).rejects.toMatchObject({ code: "TIMEOUT" });
    // A read that is late is not asked for again.
    expect(hanging.signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  test("is passed on, less with every try", async () => {
    const seen: number[] = [];
    const forward = forwardTo(async (request) => {
      seen.push(Number(request.headers.get("x-deadline-ms")));
      throw cut();
    });
    await forward("orders", get(), { ...facts, deadlineMs: 4_000 }).catch(() => undefined);
    expect(seen).toHaveLength(3);
    expect(seen.every((ms) => ms > 0 && ms <= 4_000)).toBe(true);
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  });
});
