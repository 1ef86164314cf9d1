import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { GATEWAY_BODY_MAX_BYTES, mayBeSlow } from "../gateway/gateway.ts";
import { gatewayUnderTest } from "../gateway/testing/gateway-under-test.ts";
import { createHttpServer, type HttpServer } from "../shared/runtime/http-server.ts";
import { head, rawCall } from "./abuse/raw-call.ts";

setDefaultTimeout(90_000);

/** What the services were sent: path, method and headers. */
let seen: { method: string; path: string; headers: Headers }[] = [];
let server: HttpServer;
let figure: (line: string) => Promise<number>;

beforeAll(async () => {
  const remember = async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    seen.push({ method: request.method, path: pathname + search, headers: request.headers });
    await request.bytes();
    return Response.json({ taken: true });
  };
  const services = {
    auth: remember,
    catalog: remember,
    inventory: remember,
    orders: remember,
    notify: remember,
  };
  // Shorter than anybody's, so that nobody waits for half a minute to see that there is an end.
  const world = gatewayUnderTest(services, { bodyDeadlineMs: 2_000, filePauseMs: 2_000 });
  figure = world.figure;
  server = createHttpServer({
    name: "gateway",
    host: "127.0.0.1",
    port: 0,
    portVariable: "PORT",
    bodyMaxBytes: GATEWAY_BODY_MAX_BYTES,
    requestTimeoutSeconds: 8,
    fetch: world.gateway,
    atHand: (request) => world.gateway.atHand?.(request) ?? null,
    mayBeSlow,
  });
  await server.start();
});
afterAll(() => server.stop());

const raw = (text: string, options?: Parameters<typeof rawCall>[2]) => rawCall(server.url, text, options);

describe("scenario 41: headers", () => {
  test("by which a stranger could be somebody else reach no service, however they are spelt", async () => {
    seen = [];
    const forged = [
      "X-Forwarded-For: 6.6.6.6",
      "x-forwarded-host: evil.example",
      "X-FORWARDED-PROTO: https",
      "Forwarded: for=6.6.6.6",
      "X-Real-IP: 6.6.6.6",
      "x-client-ip: 6.6.6.6",
      "X-User-Id: 1",
      "X-User-Role: admin",
      "x-internal-token: guess",
      "x-deadline-ms: 999999999",
      "x-kiosk-peer: guess",
      "x-kiosk-not-taken: true",
      "traceparent: 00-zz-1-01",
      "Connection: keep-alive, x-client-ip",
      "TE: trailers",
    ];
    expect((await raw(head("GET /v1/orders", ...forged))).status).toBe(200);
    const text = JSON.stringify(Object.fromEntries(seen[0]?.headers ?? []));
    expect(text).not.toMatch(/6\.6\.6\.6|evil|guess|999999999|"x-user|"te"|not-taken|zz/);
    expect(seen[0]?.headers.get("x-client-ip")).toBe("127.0.0.1");
  });

  test("with a line break, a NUL or no name are none, and nothing of them comes back", async () => {
    seen = [];
    const broken = [
      "x-a: b\rSet-Cookie: c=1",
      "x-a: b\u0000c",
      "x-a : b",
      ": b",
      "x-a: b\r\n folded",
      "x a: b",
    ];
    for (const line of broken) {
      const { status, text, ended } = await raw(head("GET /v1/orders", line), { until: "end" });
      expect([line, status, ended, text.includes("Set-Cookie")]).toEqual([line, 400, true, false]);
    }
    const split = await raw(head("GET /v1/orders?a=%0d%0aSet-Cookie:%20c=1", "x-request-id: a%0d%0ab"));
    expect(split.status).toBe(200);
    expect(split.text.toLowerCase()).not.toContain("set-cookie");
    expect(split.text).not.toContain("a%0d%0ab");
    expect(seen).toHaveLength(1);
  });

  test("of hosts that are two, none, or an address are refused or of no account", async () => {
    seen = [];
    const own = (first: string, ...lines: string[]) =>
      `${[`${first} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`;
    expect((await raw(own("GET /v1/orders", "host: a.example", "host: b.example"))).status).toBe(422);
    expect((await raw(own("GET /v1/orders"))).status).toBe(400);
    expect((await raw(own("GET /v1/orders", "host: evil.example/x"))).status).toBe(422);
    expect((await raw(own("GET /v1/orders", "host: a@evil.example"))).status).toBe(422);
    expect(seen).toHaveLength(0);
    const absolute = await raw(own("GET http://evil.example/v1/orders", "host: kiosk.example"));
    expect([absolute.status, absolute.text.includes("evil")]).toEqual([200, false]);
    expect(seen[0]?.path).toBe("/v1/orders");
  });

  test("too many, too long, and addresses too long have statuses of their own", async () => {
    const many = Array.from({ length: 250 }, (_, i) => `x-${i}: 1`);
    expect((await raw(head("GET /v1/orders", ...many))).status).toBe(431);
    expect((await raw(head("GET /v1/orders", `x-a: ${"a".repeat(20_000)}`))).status).toBe(431);
    expect((await raw(head(`GET /v1/orders?q=${"a".repeat(9_000)}`))).status).toBe(414);
    expect((await raw(head(`GET /v1/orders?q=${"a".repeat(20_000)}`))).status).toBe(431);
  });
});

describe("scenario 42: origins and methods", () => {
  const origins = [
    "null",
    "https://evil.example",
    "https://shop.example.evil.example",
    "http://shop.example",
    "file://",
  ];

  test("an answer may be read by an origin of the list and by no other, and credentials by none", async () => {
    for (const origin of origins) {
      const { text } = await raw(head("GET /v1/products", `origin: ${origin}`));
      expect([origin, /access-control-allow/i.test(text)]).toEqual([origin, false]);
      const asked = await raw(
        head("OPTIONS /v1/orders", `origin: ${origin}`, "access-control-request-method: POST"),
      );
      expect([origin, asked.status, /access-control-allow/i.test(asked.text)]).toEqual([origin, 204, false]);
    }
    const allowed = await raw(head("GET /v1/products", "origin: https://shop.example"));
    expect(allowed.text.toLowerCase()).toContain("access-control-allow-origin: https://shop.example");
    expect(allowed.text.toLowerCase()).not.toContain("allow-credentials");
  });

  test("methods that tell of the inside or of nothing reach no service", async () => {
    seen = [];
    for (const method of ["TRACE", "CONNECT", "PROPFIND", "SEARCH", "LINK"]) {
      const { status, text } = await raw(head(`${method} /v1/orders`, "x-secret: canary"));
      expect([method, status === null || status === 404, text.includes("canary")]).toEqual([
        method,
        true,
        false,
      ]);
    }
    expect(seen).toHaveLength(0);
  });

  test("HEAD has no body and what follows it on the connection is the next answer", async () => {
    const twice = head("HEAD /docs/swagger-ui.css") + head("GET /v1/orders", "connection: close");
    const { text, answers } = await raw(twice, { until: "end" });
    expect(answers).toBe(2);
    expect(text.endsWith('{"taken":true}')).toBe(true);
  });
});

describe("scenario 43: bodies that smuggle, and drips", () => {
  const inner = "GET /v1/users/me HTTP/1.1\r\nhost: kiosk.example\r\n\r\n";
  const chunked = "transfer-encoding: chunked";
  const smuggled: Readonly<Record<string, string>> = {
    "a length and chunks": `${head("POST /v1/orders", "content-length: 4", chunked)}0\r\n\r\n${inner}`,
    "chunks by another name": `${head("POST /v1/orders", "transfer-encoding: xchunked")}0\r\n\r\n${inner}`,
    "chunks and then not": `${head("POST /v1/orders", "transfer-encoding: chunked, identity")}0\r\n\r\n${inner}`,
    "chunks twice": `${head("POST /v1/orders", chunked, "transfer-encoding: x")}0\r\n\r\n${inner}`,
    "a space before the colon": `${head("POST /v1/orders", "transfer-encoding : chunked")}0\r\n\r\n${inner}`,
    "two lengths": `${head("POST /v1/orders", "content-length: 4", "content-length: 50")}0000${inner}`,
    "a list of lengths": `${head("POST /v1/orders", "content-length: 4, 4")}0000${inner}`,
    "a length with a sign": `${head("POST /v1/orders", "content-length: +4")}0000${inner}`,
    "a negative length": head("POST /v1/orders", "content-length: -1") + inner,
    "a length in hexadecimal": `${head("POST /v1/orders", "content-length: 0x4")}0000${inner}`,
    "a length past all numbers": head("POST /v1/orders", "content-length: 99999999999999999999") + inner,
    "a chunk's size that is none": `${head("POST /v1/orders", chunked)}zz\r\nabc\r\n0\r\n\r\n${inner}`,
    "a chunk's size past all numbers": `${head("POST /v1/orders", chunked)}ffffffffffffffff1\r\nabc\r\n0\r\n\r\n${inner}`,
    "a chunk without its end": `${head("POST /v1/orders", chunked)}3\r\nabcX0\r\n\r\n${inner}`,
    "lines that end by LF alone": `${head("POST /v1/orders", chunked)}3\nabc\n0\n\n${inner}`,
  };

  test("are one refusal and the end of the connection: nothing behind them is taken for a request", async () => {
    seen = [];
    for (const [name, text] of Object.entries(smuggled)) {
      const { status, answers, ended } = await raw(text, { until: "end" });
      expect([name, status, answers, ended]).toEqual([name, 400, 1, true]);
    }
    expect(seen.filter(({ path }) => path !== "/v1/orders")).toEqual([]);
  });

  test("the same length twice is refused, and what is behind it is not believed either", async () => {
    seen = [];
    const twice = head("POST /v1/orders", "content-length: 4", "content-length: 4");
    const { status, answers } = await raw(`${twice}0000${inner}`, { until: "end" });
    expect([status, answers]).toEqual([422, 1]);
    expect(seen).toEqual([]);
  });

  /** Connections that say a few bytes a second: none of them may hold anything for long. */
  const DRIPS = 60;
  const DRIP_MS = 250;

  test("drips of heads and bodies are closed, take no place, and hold nobody up", async () => {
    const kinds = [
      ["GET /v1/orders HTTP/1.1\r\nhost: kiosk.example\r\nx-a: ", "a"],
      [head("POST /v1/orders", "content-type: application/json", "content-length: 1000"), " "],
      [head("POST /v1/auth/refresh", "content-type: application/json", chunked), "1\r\n \r\n"],
      [head("POST /v1/products/import", "content-type: text/csv", "content-length: 100000"), "a"],
    ] as const;
    const drips = Array.from({ length: DRIPS }, (_, i) => {
      const [first = "", drip = ""] = kinds[i % kinds.length] ?? [];
      return raw(first, { until: "end", dripMs: DRIP_MS, drip });
    });
    let open = true;
    const all = Promise.all(drips).finally(() => {
      open = false;
    });
    let honest = 0;
    while (open) {
      const answer = await fetch(`${server.url}/v1/orders`, { method: "POST", body: "{}" });
      expect(answer.status).toBe(200);
      expect(await figure('gateway_places_taken{class="checkout"}')).toBe(0);
      honest += 1;
      await new Promise(setImmediate);
    }
    // Each would fail by itself if the server had not ended it in time.
    const outcomes = await all;
    expect(honest).toBeGreaterThan(0);
    expect(outcomes.every(({ ended }) => ended)).toBe(true);
    const statuses = new Set(outcomes.map(({ status }) => status));
    // Of a file nobody but the service knows what to make: it had a place, and lost it.
    expect([...statuses].filter((status) => status !== null && ![408, 503].includes(status))).toEqual([]);
    expect(await figure('gateway_places_taken{class="files"}')).toBe(0);
  });
});
