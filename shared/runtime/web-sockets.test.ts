import { afterEach, expect, test } from "bun:test";
import { waitFor } from "../testing/wait-for.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";
import type { Socket, Sockets } from "./web-sockets.ts";

const PATH = "/socket";
const TEXT = "x".repeat(64 * 1024);
/** Far more than the kernels of both ends hold. */
const TEXTS = 400;

let server: HttpServer;
afterEach(() => server.stop());

const listen = async (sockets: Sockets["accept"]): Promise<URL> => {
  server = createHttpServer({
    name: "test",
    host: "127.0.0.1",
    port: 0,
    portVariable: "PORT",
    bodyMaxBytes: 1_000,
    fetch: async () => new Response("no socket"),
    sockets: { path: PATH, accept: sockets },
  });
  await server.start();
  return new URL(PATH, server.url);
};

/** Sends all it has, waits while the reader has to catch up, and tells of both. */
const writer = () => {
  const full = Promise.withResolvers<void>();
  const state = { sent: 0, closed: 0 };
  const open = (socket: Socket) => {
    const write = () => {
      while (state.sent < TEXTS) {
        state.sent += 1;
        if (!socket.send(TEXT)) return full.resolve();
      }
    };
    write();
    const closed = () => {
      state.closed += 1;
    };
    return { drained: write, closed };
  };
  return { full: full.promise, state, open };
};

/** A client that shakes hands and reads nothing until it is told to. */
const lazyReader = async ({ hostname, port }: URL) => {
  let bytes = 0;
  const ended = Promise.withResolvers<void>();
  const connection = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open(socket) {
        socket.pause();
        socket.write(
          `GET ${PATH} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
        );
      },
      data(_, chunk) {
        bytes += chunk.byteLength;
      },
      close: () => ended.resolve(),
    },
  });
  return { connection, bytes: () => bytes, ended: ended.promise };
};

test("a reader that does not read is waited for, and gets everything once it does", async () => {
  const { full, state, open } = writer();
  const reader = await lazyReader(
    await listen(async () => ({ protocol: null, open, withdraw: () => undefined })),
  );
  await full;
  expect(state.sent).toBeLessThan(TEXTS);
  reader.connection.resume();
  await waitFor(() => reader.bytes() > TEXTS * TEXT.length, { what: "all that was sent" });
  reader.connection.end();
  await waitFor(() => state.closed === 1, { what: "the end" });
});

test("a stop closes sockets with a word to connect again, and each is told of its end once", async () => {
  const { state, open } = writer();
  const url = await listen(async () => ({ protocol: null, open, withdraw: () => undefined }));
  const closed = Promise.withResolvers<number>();
  const socket = new WebSocket(url.href.replace("http", "ws"));
  socket.onclose = ({ code }) => closed.resolve(code);
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  await server.stop();
  expect(await closed.promise).toBe(1001);
  expect(state.closed).toBe(1);
});

test("a refusal is answered as it is, and an upgrade that cannot be is given back", async () => {
  const refused = await listen(async () => new Response("not you", { status: 403 }));
  expect((await fetch(refused)).status).toBe(403);
  await server.stop();
  const withdrawn = Promise.withResolvers<void>();
  const plain = await listen(async () => ({
    protocol: null,
    open: writer().open,
    withdraw: withdrawn.resolve,
  }));
  expect((await fetch(plain)).status).toBe(426);
  await withdrawn.promise;
});
