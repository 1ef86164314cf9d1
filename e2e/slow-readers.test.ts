import { afterAll, describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { remoteService } from "../boot/remote-service.ts";
import { createForward } from "../gateway/forward.ts";
import { SSE_BUFFER_MAX_BYTES } from "../shared/http/sse.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { createHttpServer } from "../shared/runtime/http-server.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { floodingStream, openFlood } from "./flooding-stream.ts";

/**
 * What may lie between a source and a reader who does not read: our own buffer, a chunk in Bun's hands at each end of a
 * connection, and what the kernels keep of it (on Linux up to 4 MB to send and 6 MB to receive, net.ipv4.tcp_wmem and tcp_rmem).
 * Far from all that the source would say.
 */
const HELD_MAX_BYTES = 32 * 1024 * 1024;
const CUT_TIMEOUT_MS = 30_000;

const closing: (() => Promise<unknown> | unknown)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/** A client that asks for a stream and then reads nothing. */
const silentReader = async (url: string): Promise<Socket> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  closing.push(() => socket.destroy());
  socket.pause();
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.write("GET /v1/orders/stream HTTP/1.1\r\nhost: kiosk\r\n\r\n");
  return socket;
};

/** Reads what is left: answers its size and its end. */
const readOn = async (socket: Socket): Promise<{ bytes: number; end: string }> => {
  let bytes = 0;
  let end = "";
  socket.on("data", (chunk) => {
    bytes += chunk.length;
    end = (end + chunk.toString()).slice(-400);
  });
  socket.resume();
  // The last chunk of an HTTP/1.1 answer (RFC 9112, section 7.1).
  await waitFor(() => end.endsWith("\r\n0\r\n\r\n"), {
    timeoutMs: CUT_TIMEOUT_MS,
    what: "the end of the stream",
  });
  return { bytes, end };
};

/** The gateway's way to services, on a port. */
const openGateway = async (orders: ServiceFetch): Promise<string> => {
  const nobody: ServiceFetch = () => Promise.reject(new Error("not asked here"));
  const services: Record<ServiceName, ServiceFetch> = {
    ...{ auth: nobody, catalog: nobody, inventory: nobody, notify: nobody },
    orders,
  };
  const forward = createForward(services, systemClock);
  const server = createHttpServer({
    name: "gateway",
    host: "127.0.0.1",
    port: 0,
    portVariable: "PORT",
    bodyMaxBytes: 1_024,
    fetch: (request, clientIp) => forward("orders", request, { clientIp, requestId: "test" }),
  });
  await server.start();
  closing.push(() => server.stop());
  return server.url;
};

/** The source in a process of its own. */
const openFloodProcess = async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "flooding-stream.ts")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  closing.push(() => child.kill("SIGKILL"));
  let output = "";
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) output += decoder.decode(chunk, { stream: true });
  })();
  const said = (name: string) => new RegExp(`"${name}":"?([^"}]+)`).exec(output)?.[1];
  const url = await waitFor(() => said("url"), { timeoutMs: 20_000, what: "the source to listen" });
  return { url, bytes: () => Number(said("bytes") ?? 0) };
};

const expectCutOff = async (url: string, bytesSaid: () => number) => {
  const socket = await silentReader(url);
  await waitFor(() => bytesSaid() > 0, { timeoutMs: CUT_TIMEOUT_MS, what: "the reader to be cut off" });
  expect(bytesSaid()).toBeLessThan(HELD_MAX_BYTES);
  const { bytes, end } = await readOn(socket);
  // All that was said before the cut, and then why.
  expect(bytes).toBeGreaterThan(bytesSaid());
  expect(end).toContain('event: resync\ndata: {"reason":"slow-reader"}\n\n');
};

describe("a client that does not read its stream", () => {
  test("is cut off with a resync, over a socket", async () => {
    let said = 0;
    const server = await openFlood((bytes) => {
      said = bytes;
    });
    closing.push(() => server.stop());
    await expectCutOff(server.url, () => said);
  }, 60_000);

  test("is cut off with a resync, through the gateway in the same process", async () => {
    let said = 0;
    const url = await openGateway(async () =>
      floodingStream((bytes) => {
        said = bytes;
      }),
    );
    await expectCutOff(url, () => said);
  }, 60_000);

  test("is cut off with a resync, through the gateway from a service in another process", async () => {
    const source = await openFloodProcess();
    const url = await openGateway(remoteService([source.url], "peer"));
    await expectCutOff(url, source.bytes);
  }, 60_000);

  test("keeps nobody else from reading", async () => {
    const source = await openFloodProcess();
    const url = await openGateway(remoteService([source.url], "peer"));
    const silent = await silentReader(url);
    const lively = await silentReader(url);
    const { bytes } = await readOn(lively);
    expect(bytes).toBeGreaterThan(SSE_BUFFER_MAX_BYTES);
    expect(silent.bytesRead).toBe(0);
  }, 60_000);
});
