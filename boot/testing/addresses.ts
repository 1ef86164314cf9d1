import { afterEach } from "bun:test";
import { createServer, type Socket } from "node:net";

// Addresses as a caller may find them: with a server, without one, with one whose connections break.

/** What proves that the caller is a part of this Kiosk. */
export const PEER = "p".repeat(32);

export type Handler = (request: Request) => Response | Promise<Response>;

/** A little server that writes down what it is asked, and echoes the body where it is not told otherwise. */
const openServer = (handler: Handler = async (request) => new Response(await request.text()), port = 0) => {
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
  return { url: `http://127.0.0.1:${server.port}`, port: server.port ?? 0, seen, close };
};

/** An address where nobody listens. */
export const nobody = (): { url: string; port: number } => {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = probe;
  probe.stop(true);
  return { url: `http://127.0.0.1:${port}`, port };
};

/** Answers GETs and keeps their connections; ends the connection of whatever else has arrived, without an answer. */
const openBreaking = async () => {
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
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

/** Servers, closed after each test of the file that calls this, the last one first. */
export const closedServers = () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  const closedLater = <Opened extends { close(): unknown }>(opened: Opened): Opened => {
    closers.push(opened.close);
    return opened;
  };
  return {
    serve: (...given: Parameters<typeof openServer>) => closedLater(openServer(...given)),
    breaking: async () => closedLater(await openBreaking()),
  };
};

/** A call as the gateway makes it. */
export const request = (method = "GET", body?: BodyInit, init: RequestInit = {}) =>
  new Request("http://orders.internal/v1/orders?x=1", { ...init, method, ...(body ? { body } : {}) });
