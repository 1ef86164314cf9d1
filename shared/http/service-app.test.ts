import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Role } from "../contracts/permissions.ts";
import { KioskError, unauthenticated } from "../kernel/errors.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import { createMetrics } from "../runtime/metrics.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { authGuard } from "./auth-guard.ts";
import { pageQuery, strictObject } from "./schemas.ts";
import { createServiceApp, toServiceFetch } from "./service-app.ts";

const INTERNAL_TOKEN = "internal-token-of-32-characters!";
const CANARY = "select secret from vault";

const verify = async (token: string) => {
  if (!["customer", "staff", "admin"].includes(token)) throw unauthenticated();
  return { userId: "u-1", sessionId: "s-1", role: token as Role, expiresAtMs: 0 };
};

const routes = () =>
  new Elysia({ normalize: false })
    .use(authGuard({ verify, internalToken: INTERNAL_TOKEN }))
    .get("/v1/open", ({ visitor }) => ({ who: visitor?.userId ?? null }), { openTo: "public" })
    .get("/v1/mine", ({ principal }) => ({ who: principal.userId }), { audience: "customer" })
    .get("/v1/staff", () => ({ ok: true }), { audience: "staff" })
    .get("/internal/thing", () => ({ ok: true }), { openTo: "service" })
    .get("/v1/list", ({ query }) => ({ limit: query.limit ?? null }), {
      openTo: "public",
      query: strictObject({ ...pageQuery }),
    })
    .get("/v1/broken", () => Promise.reject(new Error(CANARY)), { openTo: "public" })
    .get(
      "/v1/short",
      () => Promise.reject(new KioskError("OUT_OF_STOCK", "Too few.", { extensions: { shortages: [] } })),
      { openTo: "public" },
    )
    .get("/v1/leaky", () => ({ a: CANARY }) as unknown as { b: string }, {
      openTo: "public",
      response: { 200: strictObject({ b: Type.String() }) },
    })
    .post("/v1/things", ({ body }) => body, {
      audience: "customer",
      parse: "json",
      body: strictObject({ n: Type.Integer(), tree: Type.Optional(Type.Unknown()) }),
    });

const build = (atHand?: ServiceFetch["atHand"]) => {
  const log = silentLogger();
  const metrics = createMetrics();
  const app = createServiceApp({
    name: "orders",
    version: "1",
    description: "d",
    log,
    metrics,
    dependencies: [],
  }).use(routes());
  const fetch = toServiceFetch(app, { name: "orders", log, metrics, ...(atHand ? { atHand } : {}) });
  const call = (path: string, init: RequestInit = {}) => fetch(new Request(`http://orders${path}`, init));
  const as = (token: string, init: RequestInit = {}): RequestInit => ({
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as object) },
  });
  const post = (body: string) =>
    call(
      "/v1/things",
      as("customer", { method: "POST", body, headers: { "content-type": "application/json" } }),
    );
  return { call, as, post, log, metrics };
};

describe("the frame of a service", () => {
  test("admits each audience and nobody else", async () => {
    const { call, as } = build();
    const statuses = async (path: string) =>
      Promise.all(
        [call(path), call(path, as("nonsense")), call(path, as("customer")), call(path, as("staff"))].map(
          async (answer) => (await answer).status,
        ),
      );
    expect(await statuses("/v1/open")).toEqual([200, 401, 200, 200]);
    expect(await statuses("/v1/mine")).toEqual([401, 401, 200, 200]);
    expect(await statuses("/v1/staff")).toEqual([401, 401, 403, 200]);
    expect(await statuses("/internal/thing")).toEqual([401, 401, 401, 401]);
    expect((await call("/internal/thing", { headers: { "x-internal-token": INTERNAL_TOKEN } })).status).toBe(
      200,
    );
  });

  test("asks who is calling before it looks at the body", async () => {
    const { call } = build();
    const answer = await call("/v1/things", {
      method: "POST",
      body: '{"n":"x"}',
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBe(401);
  });

  test("an unexpected error is a bare 500 with the request id, and its text is in the log only", async () => {
    const { call, log } = build();
    const answer = await call("/v1/broken", { headers: { "x-request-id": "request-0001" } });
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(JSON.parse(text)).toMatchObject({ code: "INTERNAL", requestId: "request-0001" });
    expect(text).not.toContain(CANARY);
    expect(log.lines.some(({ level }) => level === "error")).toBe(true);
  });

  test("an answer that breaks its own schema is a bare 500 without the data", async () => {
    const { call } = build();
    const answer = await call("/v1/leaky");
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain(CANARY);
  });

  test("wrong fields are named by pointer and rule, never by value", async () => {
    const { post } = build();
    const answer = await post(`{"n":"${CANARY}","isAdmin":true}`);
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(
      JSON.parse(text)
        .errors.map(({ pointer }: { pointer: string }) => pointer)
        .toSorted(),
    ).toEqual(["/body/isAdmin", "/body/n"]);
    expect(text).not.toContain(CANARY);
  });

  test("a number as text is not a number", async () => {
    expect((await build().post('{"n":"1"}')).status).toBe(422);
  });

  test("broken JSON and JSON that nests too deep are refused", async () => {
    const { post } = build();
    expect((await post('{"n":')).status).toBe(422);
    const deep = `{"n":1,"tree":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect((await post(deep)).status).toBe(422);
  });

  test("a body that says to be something else than JSON is refused", async () => {
    const { call, as } = build();
    const send = async (type: string) =>
      (
        await call(
          "/v1/things",
          as("customer", { method: "POST", body: '{"n":1}', headers: { "content-type": type } }),
        )
      ).status;
    expect(await send("text/plain")).toBe(415);
    expect(await send("application/x-www-form-urlencoded")).toBe(415);
    expect(await send("application/json-seq")).toBe(415);
    expect(await send("application/json; charset=utf-8")).toBe(200);
    expect(await send("application/merge-patch+json")).toBe(200);
  });

  test("the name of an unknown field is told back only in part when it is long", async () => {
    const answer = await build().post(`{"n":1,"${"x".repeat(100_000)}":1}`);
    expect(answer.status).toBe(422);
    expect((await answer.text()).length).toBeLessThan(1_000);
  });

  test("what a signed-in caller is told is kept by no cache", async () => {
    const { call, as } = build();
    const cacheControl = async (path: string, init: RequestInit = {}) =>
      (await call(path, init)).headers.get("cache-control");
    expect(await cacheControl("/v1/mine", as("customer"))).toBe("no-store");
    expect(await cacheControl("/v1/open", as("customer"))).toBe("no-store");
    expect(await cacheControl("/v1/open")).toBeNull();
  });

  test("a stream ends when the session that opened it has ended", async () => {
    let stands = true;
    const guard = authGuard({
      internalToken: INTERNAL_TOKEN,
      verify: (token) => (stands ? verify(token) : Promise.reject(unauthenticated())),
    });
    const ended = Promise.withResolvers<string>();
    const app = new Elysia().use(guard).get(
      "/v1/watch",
      ({ sessionEnd }) => {
        sessionEnd().addEventListener("abort", () => ended.resolve("ended"));
        return "watching";
      },
      { audience: "customer" },
    );
    const request = new Request("http://orders/v1/watch", { headers: { authorization: "Bearer customer" } });
    expect((await app.handle(request)).status).toBe(200);
    stands = false;
    expect(await ended.promise).toBe("ended");
  });

  test("a body that says it is too large is refused unread", async () => {
    const { call, as } = build();
    const answer = await call(
      "/v1/things",
      as("customer", { method: "POST", body: "x", headers: { "content-length": "2000000" } }),
    );
    expect(answer.status).toBe(413);
  });

  test("what an error carries on purpose is in the answer", async () => {
    const answer = await build().call("/v1/short");
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: "OUT_OF_STOCK", shortages: [] });
  });

  test("the page limit is read as a number within its bounds", async () => {
    const { call } = build();
    expect(await (await call("/v1/list?limit=7")).json()).toEqual({ limit: 7 });
    expect((await call("/v1/list?limit=0")).status).toBe(422);
    expect((await call("/v1/list?limit=101")).status).toBe(422);
    expect((await call("/v1/list?unknown=1")).status).toBe(422);
  });

  test("a request id that is not sane is replaced", async () => {
    const answer = await build().call("/v1/open", {
      headers: { "x-request-id": "<script>alert(1)</script>" },
    });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("what is at hand is given to readers without a token, with a request id, counted and logged by its route", async () => {
    const seen: string[] = [];
    const { call, as, log, metrics } = build(({ path, ifNoneMatch }) => {
      seen.push(`${path} ${ifNoneMatch}`);
      const headers = { "content-type": "text/plain" };
      return { status: 200, body: "at hand", etag: '"1"', headers, route: "/v1/open" };
    });
    const answer = await call("/v1/open?limit=1", { headers: { "x-request-id": "request-0001" } });
    expect([answer.status, await answer.text(), answer.headers.get("etag")]).toEqual([200, "at hand", '"1"']);
    expect(answer.headers.get("x-request-id")).toBe("request-0001");
    expect(seen).toEqual(["/v1/open?limit=1 null"]);
    expect(await metrics.registry.metrics()).toContain(
      'http_request_duration_seconds_count{service="orders",method="GET",route="/v1/open",status="200"} 1',
    );
    expect(log.lines.at(-1)?.fields).toMatchObject({
      requestId: "request-0001",
      path: "/v1/open",
      status: 200,
    });
    for (const init of [as("customer"), { method: "POST", body: "{}" }]) await call("/v1/open", init);
    expect(seen).toHaveLength(1);
  });

  test("a fault in what is at hand is logged, and the usual way is taken", async () => {
    const { call, log } = build(() => {
      throw new Error(CANARY);
    });
    const answer = await call("/v1/open");
    expect([answer.status, await answer.json()]).toEqual([200, { who: null }]);
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  test("a route without an audience does not start", () => {
    const { log, metrics } = build();
    const app = createServiceApp({
      name: "orders",
      version: "1",
      description: "d",
      log,
      metrics,
      dependencies: [],
    }).get("/v1/forgotten", () => "x");
    expect(() => toServiceFetch(app, { name: "orders", log, metrics })).toThrow("names no audience");
  });

  test("the document names every route with its audience", async () => {
    const document = (await (await build().call("/openapi.json")).json()) as {
      paths: Record<string, Record<string, { "x-audience": string }>>;
    };
    expect(document.paths["/v1/mine"]?.get?.["x-audience"]).toBe("customer");
    expect(document.paths["/internal/thing"]?.get?.["x-audience"]).toBe("service");
  });

  test("metrics count by route pattern", async () => {
    const { call, metrics } = build();
    await call("/v1/open");
    await call("/v1/no-such-path");
    const text = await metrics.registry.metrics();
    expect(text).toContain('route="/v1/open",status="200"} 1');
    expect(text).toContain('route="unmatched",status="404"} 1');
  });
});
