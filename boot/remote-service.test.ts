import { afterEach, describe, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { z } from "zod";
import { createForward } from "../gateway/forward.ts";
import { NOT_TAKEN_HEADER } from "../shared/contracts/internal-api.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import { AddressFailed, type ServiceFetch } from "../shared/ports/service-fetch.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { remoteService } from "./remote-service.ts";
import { refuse } from "./service-door.ts";

const PEER = "p".repeat(32);
/** More than an ordinary request may have: passed on as it comes. */
const FILE_BYTES = 3 * 1024 * 1024;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Handler = (request: Request) => Response | Promise<Response>;

/** A little server that writes down what it is asked, and echoes the body where it is not told otherwise. */
const serve = (handler: Handler = async (request) => new Response(await request.text()), port = 0) => {
  const seen: string[] = [];
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    reusePort: false,
    fetch(request) {
      seen.push(request.method);
      return handler(request);
    },
  });
  const close = () => server.stop(true);
  closers.push(close);
  return { url: `http://127.0.0.1:${server.port}`, port: server.port ?? 0, seen, close };
};

/** An address where nobody listens. */
const nobody = (): { url: string; port: number } => {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = probe;
  probe.stop(true);
  return { url: `http://127.0.0.1:${port}`, port };
};

/** Answers GETs and keeps their connections; ends the connection of whatever else has arrived, without an answer. */
const breaking = async () => {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      const method = /^([A-Z]+) \//.exec(data.toString())?.[1];
      if (method === undefined) return;
      seen.push(method);
      if (method === "GET") socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      else socket.end();
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  closers.push(close);
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, seen };
};

const request = (method = "GET", body?: BodyInit, init: RequestInit = {}) =>
  new Request("http://orders.internal/v1/orders?x=1", { ...init, method, ...(body ? { body } : {}) });

const file = () => {
  const bytes = new Uint8Array(FILE_BYTES).fill(32);
  return request("POST", new Blob([bytes]).stream(), { headers: { "content-length": String(FILE_BYTES) } });
};

const failureOf = (answer: Promise<Response>): Promise<unknown> =>
  answer.then(
    () => null,
    (error: unknown) => error,
  );

const notTaken = (): Response => {
  const response = refuse(unavailable("starting"));
  response.headers.set(NOT_TAKEN_HEADER, "true");
  return response;
};

describe("a service at several addresses", () => {
  test("is asked at each in its turn, by the same path, with the proof of a peer", async () => {
    const echo: Handler = ({ url, headers }) =>
      Response.json([new URL(url).pathname, new URL(url).search, headers.get("x-kiosk-peer")]);
    const [a, b] = [serve(echo), serve(echo)];
    const reach = remoteService([a.url, b.url], PEER);
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => (await reach(request())).json()),
    );
    expect(answers).toEqual(Array(10).fill(["/v1/orders", "?x=1", PEER]));
    expect([a.seen.length, b.seen.length]).toEqual([5, 5]);
  });

  test("one where nobody is costs no request, whatever its method and body", async () => {
    const well = serve(async (asked) => new Response(`${asked.method} ${(await asked.text()).length}`));
    const said = async (asked: Request) =>
      (await remoteService([nobody().url, well.url], PEER)(asked)).text();
    const chunks = new Blob(["streamed"]).stream();
    expect(
      await Promise.all([
        said(request("GET")),
        said(request("DELETE")),
        said(request("POST")),
        said(request("POST", "text")),
        said(request("PATCH", "text")),
        said(request("PUT", new TextEncoder().encode("bytes"))),
        said(request("POST", chunks)),
        said(file()),
      ]),
    ).toEqual(["GET 0", "DELETE 0", "POST 0", "POST 4", "PATCH 4", "PUT 5", "POST 8", `POST ${FILE_BYTES}`]);
  });

  test("one that comes back is asked again", async () => {
    const away = nobody();
    const well = serve();
    const reach = remoteService([away.url, well.url], PEER);
    await reach(request());
    const back = serve(undefined, away.port);
    await waitFor(async () => (await reach(request())).ok && back.seen.length > 1, {
      what: "requests at the address that came back",
    });
  });

  test("while nobody is at any of them the failure says that nothing was done, and why", async () => {
    const failure = await failureOf(remoteService([nobody().url, nobody().url], PEER)(request("POST", "x")));
    expect(failure).toMatchObject({ name: "NotTaken", cause: { code: "ECONNREFUSED" } });
    expect(failure).not.toBeInstanceOf(AddressFailed);
  });

  test("what was sent once is never sent again by us: no POST, PUT, PATCH or DELETE arrives twice", async () => {
    for (const [method, body] of [
      ["POST", "x"],
      ["PUT", "x"],
      ["PATCH", "x"],
      ["DELETE", undefined],
      ["DELETE", "x"],
    ] as const) {
      const [broken, well] = [await breaking(), serve()];
      const reach = remoteService([broken.url, well.url], PEER);
      // So that there is a connection in the pool: fetch is tempted to send again only by one that it used before.
      await (await reach(request())).text();
      await (await reach(request())).text();
      expect(await failureOf(reach(request(method, body)))).toBeInstanceOf(AddressFailed);
      expect([method, broken.seen, well.seen]).toEqual([method, ["GET", method], ["GET"]]);
    }
  });

  test("a connection that breaks where no other address is well is the service's failure", async () => {
    const broken = await breaking();
    const alone = await failureOf(remoteService([broken.url], PEER)(request("POST", "x")));
    expect(alone).toMatchObject({ code: "ECONNRESET" });
    const reach = remoteService([nobody().url, broken.url], PEER);
    expect(await failureOf(reach(request("POST", "x")))).toMatchObject({ code: "ECONNRESET" });
  });

  test("a process that starts or stops is passed over with the whole body", async () => {
    const [starting, well] = [serve(notTaken), serve()];
    const reach = remoteService([starting.url, well.url], PEER);
    for (const method of ["POST", "PUT"])
      expect(await (await reach(request(method, "all of it"))).text()).toBe("all of it");
    expect([starting.seen.length, well.seen.length]).toEqual([1, 2]);
  });

  test("where all of them start or stop their word is the answer", async () => {
    const [a, b] = [serve(notTaken), serve(notTaken)];
    const answer = await remoteService([a.url, b.url], PEER)(request("POST", "x"));
    expect([answer.status, a.seen.length, b.seen.length]).toEqual([503, 1, 1]);
    expect(await answer.json()).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("a file that a process which stops has read arrives whole at another", async () => {
    const reader: Handler = async (asked) => {
      await asked.arrayBuffer();
      return notTaken();
    };
    const stopping = serve(reader);
    const well = serve(async (asked) => new Response(String((await asked.arrayBuffer()).byteLength)));
    const answer = await remoteService([stopping.url, well.url], PEER)(file());
    expect([await answer.text(), stopping.seen.length]).toEqual([String(FILE_BYTES), 1]);
  });

  test("a caller who goes away says nothing about an address", async () => {
    const arrived = Promise.withResolvers<void>();
    const silent = serve(() => {
      arrived.resolve();
      return new Promise<Response>(() => undefined);
    });
    const well = serve();
    const reach = remoteService([silent.url, well.url], PEER);
    const caller = new AbortController();
    const gone = failureOf(reach(request("GET", undefined, { signal: caller.signal })));
    await arrived.promise;
    caller.abort();
    expect(await gone).toMatchObject({ name: "AbortError" });
    await reach(request());
    void failureOf(reach(request("GET", undefined, { signal: AbortSignal.timeout(1_000) })));
    await waitFor(() => silent.seen.length === 2, { what: "its next turn" });
  });

  test("a stream passes as it is written", async () => {
    const streaming = serve(
      () =>
        new Response(
          new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("data: 1\n\n")) }),
          { headers: { "content-type": "text/event-stream" } },
        ),
    );
    const answer = await remoteService([nobody().url, streaming.url], PEER)(request());
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    await reader?.cancel();
  });
});

describe("an address that dies under load", () => {
  test("costs those who were there their answer and nobody else; nothing is done twice", async () => {
    const done = new Map<string, number>();
    const work: Handler = async (asked) => {
      const id = await asked.text();
      done.set(id, (done.get(id) ?? 0) + 1);
      // The answer to every seventh is never given, so that some are under way at any moment.
      if (Number(id) % 7 === 0) await new Promise(() => undefined);
      return new Response(id);
    };
    const [dying, well] = [
      serve(work),
      serve(async (asked) => {
        const id = await asked.text();
        done.set(id, (done.get(id) ?? 0) + 1);
        return new Response(id);
      }),
    ];
    const reach = remoteService([dying.url, well.url], PEER);
    const place = (id: number) =>
      reach(request("POST", String(id))).then(
        async (answer) => ((await answer.text().catch(() => "")) === String(id) ? "answered" : "cut"),
        (error: unknown) => (error instanceof AddressFailed ? "broken" : `${error}`),
      );
    const placeMany = (from: number) => Array.from({ length: 100 }, (_, i) => place(from + i));
    const before = placeMany(0);
    await waitFor(() => dying.seen.length === 50, { what: "half of the requests at the dying address" });
    const meanwhile = placeMany(100);
    await dying.close();
    const outcomes = await Promise.all([...before, ...meanwhile]);
    // Those that were there have no answer, or the head of one; what became of them is not known.
    expect(outcomes.filter((outcome) => !["answered", "broken", "cut"].includes(outcome))).toEqual([]);
    expect(outcomes).toContain("broken");
    const answered = outcomes.flatMap((outcome, id) => (outcome === "answered" ? [String(id)] : []));
    expect(answered.filter((id) => !done.has(id))).toEqual([]);
    expect(new Set(await Promise.all(placeMany(200)))).toEqual(new Set(["answered"]));
    expect(Math.max(...done.values())).toBe(1);
  });

  const others: ServiceFetch = () => Promise.reject(new Error("not asked here"));
  const forwardTo = (orders: ServiceFetch) =>
    createForward(
      Object.fromEntries(serviceNames.map((name) => [name, name === "orders" ? orders : others])) as Record<
        ServiceName,
        ServiceFetch
      >,
      systemClock,
    );
  const facts = { clientIp: "127.0.0.1", requestId: "request-0001" };
  /** Connections that break all at once, as when a process is killed. */
  const breakMany = async () => {
    const held: (() => void)[] = [];
    const dying = serve(
      () => new Promise<Response>((resolve) => held.push(() => resolve(new Response("late")))),
    );
    const well = serve();
    return { dying, well, held };
  };

  test("does not open the gateway's breaker while another is well", async () => {
    const { dying, well, held } = await breakMany();
    const forward = forwardTo(remoteService([dying.url, well.url], PEER));
    const answers = Array.from({ length: 100 }, () =>
      forward("orders", request("POST", "x"), facts).catch((error: unknown) => error),
    );
    await waitFor(() => held.length === 50, { what: "half of the requests at the dying address" });
    await dying.close();
    const failed = (await Promise.all(answers)).filter((answer) => !(answer instanceof Response));
    expect(failed).toHaveLength(50);
    expect(failed[0]).toMatchObject({ code: "UNAVAILABLE" });
    expect(forward.breakers.orders.state).toBe("closed");
    expect((await forward("orders", request("POST", "x"), facts)).status).toBe(200);
  });

  test("does not open the breaker of a service client while another is well", async () => {
    const { dying, well, held } = await breakMany();
    const client = createServiceClient({
      service: "inventory",
      fetch: remoteService([dying.url, well.url], PEER),
      internalToken: "t".repeat(32),
      clock: systemClock,
    });
    const call = {
      method: "PUT",
      path: "/x",
      body: {},
      answers: { 200: z.looseObject({}) },
      idempotent: false,
    } as const;
    const calls = Array.from({ length: 100 }, () =>
      client.call(call).then(
        () => "answered",
        () => "failed",
      ),
    );
    await waitFor(() => held.length === 50, { what: "half of the calls at the dying address" });
    await dying.close();
    expect((await Promise.all(calls)).filter((outcome) => outcome === "failed")).toHaveLength(50);
    expect(client.breaker.state).toBe("closed");
    expect((await client.call(call)).status).toBe(200);
  });

  test("opens it where no other is left, and a read goes to the other without anybody noticing", async () => {
    const { dying, well, held } = await breakMany();
    const forward = forwardTo(remoteService([dying.url, well.url], PEER));
    const reads = Array.from({ length: 20 }, () => forward("orders", request(), facts));
    await waitFor(() => held.length === 10, { what: "half of the reads at the dying address" });
    await dying.close();
    expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]));
    await well.close();
    for (let call = 0; call < 40; call += 1)
      await forward("orders", request("POST", "x"), facts).catch(() => undefined);
    expect(forward.breakers.orders.state).toBe("open");
  });
});
