import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { remoteService } from "../boot/remote-service.ts";
import { GATEWAY_BODY_MAX_BYTES, mayBeSlow } from "../gateway/gateway.ts";
import { gatewayUnderTest } from "../gateway/testing/gateway-under-test.ts";
import { BODY_MAX_BYTES } from "../shared/http/service-app.ts";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "../shared/runtime/http-server.ts";
import { waitFor } from "../shared/testing/wait-for.ts";

// A client, the gateway and a service, each behind a socket of its own: what one of them does is felt at the other end.

setDefaultTimeout(60_000);

const CHUNK = new Uint8Array(64 * 1_024);
/** More than an ordinary body may have: of a file so much is waited for before anybody else hears of it. */
const FIRST_PART = new Uint8Array(2 * BODY_MAX_BYTES);
/** Far more than all buffers of the sockets between. */
const ENDLESS_BYTES = 512 * 1_024 * 1_024;
/** What may be on its way to a client who does not read: buffers of two sockets at both ends, and of Bun. */
const UNDER_WAY_MAX_BYTES = 64 * 1_024 * 1_024;

const listenWith = async (options: Pick<HttpServerOptions, "fetch" | "mayBeSlow">): Promise<HttpServer> => {
  const server = createHttpServer({
    name: "test",
    host: "127.0.0.1",
    port: 0,
    portVariable: "PORT",
    bodyMaxBytes: GATEWAY_BODY_MAX_BYTES,
    ...options,
  });
  await server.start();
  return server;
};

/** What the service sees of what it is sent, and says without end. */
const createWitness = () => {
  const seen = { received: 0, brokenOff: false, said: 0, cancelled: false };
  const upload = async (request: Request): Promise<Response> => {
    try {
      for await (const chunk of request.body ?? []) seen.received += (chunk as Uint8Array).byteLength;
    } catch (error) {
      seen.brokenOff = true;
      throw error;
    }
    return Response.json({ received: seen.received });
  };
  const download = (): Response =>
    new Response(
      new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            if (seen.said >= ENDLESS_BYTES) return controller.close();
            seen.said += CHUNK.byteLength;
            controller.enqueue(CHUNK.slice());
          },
          cancel() {
            seen.cancelled = true;
          },
        },
        { highWaterMark: 0 },
      ),
    );
  return { seen, fetch: async (request: Request) => (request.body === null ? download() : upload(request)) };
};

let witness: ReturnType<typeof createWitness>;
let world: ReturnType<typeof gatewayUnderTest>;
let service: HttpServer;
let gateway: HttpServer;

beforeAll(async () => {
  service = await listenWith({ fetch: (request) => witness.fetch(request), mayBeSlow: () => true });
  world = gatewayUnderTest({ catalog: remoteService([service.url], "peer") });
  gateway = await listenWith({ fetch: world.gateway, mayBeSlow });
});
afterAll(async () => {
  await gateway.stop();
  await service.stop();
});

/** A connection to the gateway on which a head has been sent. */
const open = (lines: readonly string[]): { socket: Socket; said: () => string } => {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let said = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    if (said.length < 100_000) said += chunk.toString("latin1");
  });
  socket.write(`${lines.join("\r\n")}\r\nhost: kiosk.example\r\n\r\n`);
  return { socket, said: () => said };
};

const chunked = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

const filesTaken = () => world.figure('gateway_places_taken{class="files"}');
const placesAreBack = () => waitFor(async () => (await filesTaken()) === 0, { what: "the places" });

describe("a file of unknown length", () => {
  const head = ["POST /v1/products/import HTTP/1.1", "content-type: text/csv", "transfer-encoding: chunked"];

  test("is with the service before its end is with us", async () => {
    witness = createWitness();
    const { socket, said } = open(head);
    socket.write(chunked(FIRST_PART));
    await waitFor(() => witness.seen.received === FIRST_PART.byteLength, { what: "the first part" });
    expect(await filesTaken()).toBe(1);
    socket.write(Buffer.concat([chunked(CHUNK), Buffer.from("0\r\n\r\n")]));
    await waitFor(() => said().includes(`{"received":${FIRST_PART.byteLength + CHUNK.byteLength}}`), {
      what: "the answer",
    });
    socket.destroy();
    await placesAreBack();
  });

  test("whose client goes away is broken off at the service too", async () => {
    witness = createWitness();
    const { socket } = open(head);
    socket.write(chunked(FIRST_PART));
    await waitFor(() => witness.seen.received === FIRST_PART.byteLength, { what: "the first part" });
    socket.destroy();
    await waitFor(() => witness.seen.brokenOff, { what: "the end of the upload" });
    await placesAreBack();
  });
});

describe("a long answer", () => {
  const head = ["GET /v1/products/export HTTP/1.1"];

  test("is said no faster than its client reads, and ends when the client goes away", async () => {
    witness = createWitness();
    const { socket, said } = open(head);
    await waitFor(() => said().startsWith("HTTP/1.1 200"), { what: "the head of the answer" });
    socket.pause();
    // Nothing more is asked of the service for as long as it takes to see twenty times that it stands still.
    let [last, still] = [-1, 0];
    await waitFor(
      () => {
        still = witness.seen.said === last ? still + 1 : 0;
        last = witness.seen.said;
        return still >= 20 || last >= ENDLESS_BYTES;
      },
      { timeoutMs: 30_000, what: "the service to be left alone" },
    );
    expect(witness.seen.said).toBeLessThan(UNDER_WAY_MAX_BYTES);
    expect(await filesTaken()).toBe(1);
    socket.resume();
    const before = last;
    await waitFor(() => witness.seen.said > before, { what: "the stream to go on" });
    socket.destroy();
    await waitFor(() => witness.seen.cancelled, { what: "the service to hear of it" });
    await placesAreBack();
  });
});
