import { describe, expect, test } from "bun:test";
import {
  createKioskClient,
  KioskProblem,
  newIdempotencyKey,
  ok,
  sessionInMemory,
  storedSession,
} from "./index.ts";
import type { SignedIn } from "./session.ts";

const SHOP = "https://shop.example";
const signedIn = {
  accessToken: "a1",
  refreshToken: "r1",
  tokenType: "Bearer",
  expiresIn: 900,
  user: { id: "u1" },
};
const problem = (status: number, code: string, more: object = {}) =>
  Response.json({ code, detail: `It is ${code}.`, requestId: "q1", ...more }, { status });

/** A shop that renews tokens as auth does: each refresh token is good for one use, and reuse ends the session. */
const createShop = () => {
  const seen = { refreshes: 0, calls: [] as (string | null)[], reused: false };
  let good = 1;
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/auth/refresh") {
      seen.refreshes += 1;
      const { refreshToken } = (await request.json()) as { refreshToken: string };
      // As over a network: whoever asks meanwhile asks meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      if (refreshToken !== `r${good}`) {
        seen.reused = true;
        return problem(401, "UNAUTHENTICATED");
      }
      good += 1;
      return Response.json({ ...signedIn, accessToken: `a${good}`, refreshToken: `r${good}` });
    }
    const token = request.headers.get("authorization");
    seen.calls.push(token);
    if (token !== null && token !== `Bearer a${good}`) return problem(401, "UNAUTHENTICATED");
    return Response.json({ items: [], nextCursor: null, asked: await request.text() });
  };
  return { seen, fetch };
};

const clientOf = (shop: ReturnType<typeof createShop>, nowMs = { value: 0 }) => {
  const client = createKioskClient({ baseUrl: SHOP, fetch: shop.fetch, now: () => nowMs.value });
  client.keep(signedIn as unknown as SignedIn);
  return client;
};

describe("tokens", () => {
  test("go with every call of who is signed in, and with none of who is not", async () => {
    const shop = createShop();
    const client = clientOf(shop);
    await ok(client.api.GET("/v1/orders"));
    client.forget();
    await ok(client.api.GET("/v1/products"));
    expect(shop.seen.calls).toEqual(["Bearer a1", null]);
  });

  test("that end are renewed once, however many calls are waiting for it", async () => {
    const shop = createShop();
    const now = { value: 0 };
    const client = clientOf(shop, now);
    now.value = 895_000;
    await Promise.all(Array.from({ length: 20 }, () => ok(client.api.GET("/v1/orders"))));
    expect(shop.seen).toMatchObject({ refreshes: 1, reused: false });
    expect(new Set(shop.seen.calls)).toEqual(new Set(["Bearer a2"]));
    expect(client.session()).toMatchObject({ refreshToken: "r2", user: { id: "u1" } });
  });

  test("that are refused before their time are renewed once, and the calls go again with their bodies", async () => {
    const shop = createShop();
    const client = clientOf(shop);
    // Another device's word: this access token is no good any more, its refresh token is.
    client.keep({ ...signedIn, accessToken: "a0" } as unknown as SignedIn);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ok(client.api.POST("/v1/orders", { body: { lines: [{ sku: `S${index}`, quantity: 1 }] } })),
      ),
    );
    expect(shop.seen).toMatchObject({ refreshes: 1, reused: false });
    expect(answers.map((answer) => (answer as unknown as { asked: string }).asked)).toEqual(
      answers.map((_, index) => `{"lines":[{"sku":"S${index}","quantity":1}]}`),
    );
  });

  test("stay where something else was wrong: a wrong code is sent once", async () => {
    let sent = 0;
    const wrong = async () => {
      sent += 1;
      return problem(401, "OTP_INVALID");
    };
    const client = createKioskClient({ baseUrl: SHOP, fetch: wrong, now: () => 0 });
    client.keep(signedIn as unknown as SignedIn);
    const body = { challengeId: "c", challengeSecret: "s", code: "000000" };
    await expect(ok(client.api.POST("/v1/auth/otp/verify", { body }))).rejects.toMatchObject({
      code: "OTP_INVALID",
    });
    expect(sent).toBe(1);
    expect(client.session()).toMatchObject({ refreshToken: "r1" });
  });

  test("of a session that was ended elsewhere end it here", async () => {
    const shop = createShop();
    const client = clientOf(shop);
    client.keep({ ...signedIn, accessToken: "a0", refreshToken: "r0" } as unknown as SignedIn);
    const refused = await ok(client.api.GET("/v1/orders")).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(KioskProblem);
    expect(refused).toMatchObject({ code: "UNAUTHENTICATED", status: 401 });
    expect(client.session()).toBeNull();
  });

  test("stay where the shop is busy: that is no end of a session", async () => {
    const now = { value: 895_000 };
    const client = createKioskClient({
      ...{ baseUrl: SHOP, now: () => now.value },
      fetch: async () => new Response(JSON.stringify({ code: "UNAVAILABLE" }), { status: 503 }),
    });
    client.keep(signedIn as unknown as SignedIn);
    now.value += 895_000;
    await expect(ok(client.api.GET("/v1/orders"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(client.session()).toMatchObject({ refreshToken: "r1" });
  });

  test("that another tab has renewed are taken from there", async () => {
    const shop = createShop();
    const sessions = sessionInMemory();
    const tab = () => createKioskClient({ baseUrl: SHOP, fetch: shop.fetch, sessions, exclusively: inTurn });
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    };
    const tabs = [tab(), tab(), tab()];
    tabs[0]?.keep({ ...signedIn, accessToken: "a0" } as unknown as SignedIn);
    await Promise.all(tabs.map((one) => ok(one.api.GET("/v1/orders"))));
    expect(shop.seen).toMatchObject({ refreshes: 1, reused: false });
  });
});

describe("what the shop refuses", () => {
  const failing = (answer: () => Promise<Response>) =>
    ok(createKioskClient({ baseUrl: SHOP, fetch: answer }).api.GET("/v1/products"));

  test("is a problem with its code, its fields and when to try again", async () => {
    const answer = new Response(
      JSON.stringify({
        code: "RATE_LIMITED",
        detail: "Slowly.",
        requestId: "q7",
        errors: [{ pointer: "/q", message: "no" }],
      }),
      { status: 429, headers: { "retry-after": "7", "content-type": "application/problem+json" } },
    );
    await expect(failing(async () => answer)).rejects.toMatchObject({
      ...{ code: "RATE_LIMITED", status: 429, requestId: "q7", retryAfterSeconds: 7, message: "Slowly." },
      errors: [{ pointer: "/q", message: "no" }],
    });
  });

  test("is UNAVAILABLE where no answer came, or one that is none of the shop's", async () => {
    const none = failing(() => Promise.reject(new TypeError("fetch failed")));
    await expect(none).rejects.toMatchObject({ code: "UNAVAILABLE", status: 0 });
    const page = failing(async () => new Response("<h1>502</h1>", { status: 502 }));
    await expect(page).rejects.toMatchObject({ code: "UNAVAILABLE", status: 502 });
  });
});

describe("a stream", () => {
  const encoder = new TextEncoder();
  const streamOf = (text: string, { open }: { open: boolean }) =>
    new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(encoder.encode(text));
          if (!open) controller.close();
        },
      }),
      { headers: { "content-type": "text/event-stream" } },
    );

  test("that is cut goes on behind the last event", async () => {
    const asked: (string | null)[] = [];
    const answers = [
      streamOf('id: 1\nevent: order\ndata: {"n":1}\n\nid: 2\nevent: order\ndata: {"n":2}\n\n', {
        open: false,
      }),
      streamOf('id: 3\nevent: resync\ndata: {"reason":"missed"}\n\n', { open: true }),
    ];
    const client = createKioskClient({
      baseUrl: SHOP,
      fetch: async (request) => {
        asked.push(`${new URL(request.url).search}|${request.headers.get("last-event-id")}`);
        return answers.shift() ?? problem(503, "UNAVAILABLE");
      },
    });
    const ended = new AbortController();
    const seen: unknown[] = [];
    const states: boolean[] = [];
    await client.follow(
      "/v1/orders/stream",
      { feed: "own" },
      {
        signal: ended.signal,
        onState: (connected) => states.push(connected),
        onMessage: ({ event, data }) => seen.push([event, data]),
        onResync: () => ended.abort(),
      },
    );
    expect(seen).toEqual([
      ["order", { n: 1 }],
      ["order", { n: 2 }],
      ["resync", { reason: "missed" }],
    ]);
    expect(asked).toEqual(["?feed=own|null", "?feed=own|2"]);
    expect(states).toEqual([true, false, true, false]);
  });

  test("that is refused for good is not asked for again", async () => {
    let asked = 0;
    const client = createKioskClient({
      baseUrl: SHOP,
      fetch: async () => {
        asked += 1;
        return problem(403, "FORBIDDEN");
      },
    });
    const following = client.follow(
      "/v1/notifications/stream",
      {},
      {
        signal: new AbortController().signal,
        onMessage: () => undefined,
      },
    );
    await expect(following).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(asked).toBe(1);
  });
});

test("a session in a browser's storage is read back, and rubbish there is none", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const session = { accessToken: "a", refreshToken: "r", expiresAtMs: 1, user: { id: "u" } } as never;
  storedSession(storage).write(session);
  expect(storedSession(storage).read()).toEqual(session);
  kept.set("kiosk.session", "{");
  expect(storedSession(storage).read()).toBeNull();
  storedSession(storage).write(null);
  expect(kept.size).toBe(0);
});

test("keys for what is to happen once differ", () => {
  expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
});
