import { describe, expect, test } from "bun:test";
import { NOT_TAKEN_HEADER } from "../shared/contracts/internal-api.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import { AddressFailed } from "../shared/ports/service-fetch.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { remoteService } from "./remote-service.ts";
import { refuse } from "./service-door.ts";
import { closedServers, type Handler, nobody, PEER, request } from "./testing/addresses.ts";

/** More than an ordinary request may have: passed on as it comes. */
const FILE_BYTES = 3 * 1024 * 1024;

const { serve, breaking } = closedServers();

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
