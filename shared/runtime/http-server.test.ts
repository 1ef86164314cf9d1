import { afterEach, describe, expect, test } from "bun:test";
import { createClientAddress } from "./client-address.ts";
import { createHttpServer, type HttpServer, PortInUse } from "./http-server.ts";

const running: HttpServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

const start = async (
  fetch: (request: Request, clientIp: string) => Promise<Response>,
  port = 0,
  atHand: (request: Request) => Response | null = () => null,
  trustedProxies: readonly string[] = [],
) => {
  const server = createHttpServer({
    name: "test",
    host: "127.0.0.1",
    port,
    portVariable: "PORT",
    bodyMaxBytes: 1_000,
    fetch,
    atHand,
    clientAddress: createClientAddress(trustedProxies),
  });
  running.push(server);
  await server.start();
  return server;
};

describe("an HTTP server", () => {
  test("tells its handler who is calling", async () => {
    const server = await start(async (_, clientIp) => new Response(clientIp));
    expect(await (await fetch(server.url)).text()).toBe("127.0.0.1");
  });

  test("believes a proxy that it trusts about who is calling, and nobody else", async () => {
    const told = { headers: { "x-forwarded-for": "6.6.6.6, 203.0.113.7" } };
    const answer = async (_: Request, clientIp: string) => new Response(clientIp);
    const open = await start(answer);
    expect(await (await fetch(open.url, told)).text()).toBe("127.0.0.1");
    const behind = await start(answer, 0, () => null, ["127.0.0.0/8"]);
    expect(await (await fetch(behind.url, told)).text()).toBe("203.0.113.7");
  });

  test("a port in use is said with the variable that chooses another", async () => {
    const first = await start(async () => new Response());
    const taken = start(async () => new Response(), Number(new URL(first.url).port));
    await expect(taken).rejects.toBeInstanceOf(PortInUse);
    await expect(taken).rejects.toThrow(/PORT=/);
  });

  test("an answer that is there already is given, and everything else goes the usual way", async () => {
    const server = await start(
      async () => new Response("usual"),
      0,
      ({ url }) => (url.endsWith("/known") ? new Response("at hand") : null),
    );
    expect(await (await fetch(`${server.url}/known`)).text()).toBe("at hand");
    expect(await (await fetch(`${server.url}/other`)).text()).toBe("usual");
  });

  test("a body that is larger than allowed is refused", async () => {
    const server = await start(async (request) => new Response(await request.text()));
    expect((await fetch(server.url, { method: "POST", body: "x".repeat(2_000) })).status).toBe(413);
  });

  test("a failure and a host that is none show nothing of the inside", async () => {
    const server = await start(() => Promise.reject(new Error("select secret from vault")));
    const failed = await fetch(server.url);
    expect([failed.status, failed.headers.get("content-type")]).toEqual([500, "application/problem+json"]);
    expect(await failed.text()).not.toContain("vault");
    const refused = await fetch(server.url, { headers: { host: "a b<>" } });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([422, "application/problem+json"]);
  });

  test("stop lets a request in flight finish and takes no other", async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const server = await start(async () => {
      entered.resolve();
      await release.promise;
      return new Response("done");
    });
    const { url } = server;
    const inFlight = fetch(url);
    await entered.promise;
    const stopped = server.stop();
    expect(await fetch(url).catch(() => "refused")).toBe("refused");
    release.resolve();
    expect(await (await inFlight).text()).toBe("done");
    await stopped;
  });

  test("stop cuts a stream that would never end", async () => {
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
    });
    const server = await start(async () => new Response(endless));
    const reader = (await fetch(server.url)).body?.getReader();
    await reader?.read();
    await server.stop();
    expect(
      await reader?.read().then(
        ({ done }) => done,
        () => true,
      ),
    ).toBe(true);
  });
});
