import { sseResponse } from "../shared/http/sse.ts";
import { createHttpServer, type HttpServer } from "../shared/runtime/http-server.ts";

// A stream that says more than anybody can read. As a program (`bun e2e/flooding-stream.ts`) it listens on a port of its own and prints
// that, and then how much it has said to each reader before that one was cut off.

/** It gives up by itself beyond this: a reader was not cut off. */
export const FLOOD_MAX_BYTES = 400 * 1024 * 1024;
const EVENT = { data: "x".repeat(1_000) };
const EVENTS_AT_ONCE = 100;

/** `onCut` hears how many bytes were taken from the source until the reader was cut off. */
export const floodingStream = (onCut: (bytes: number) => void): Response =>
  sseResponse((sink) => {
    let bytes = 0;
    let stopped = false;
    const flood = () => {
      if (stopped) return;
      for (let n = 0; n < EVENTS_AT_ONCE; n += 1) {
        if (!sink.send(EVENT)) return onCut(bytes);
        bytes += EVENT.data.length;
      }
      if (bytes >= FLOOD_MAX_BYTES) return onCut(bytes);
      // The socket has its turn between: a reader who reads is not cut off.
      setImmediate(flood);
    };
    setImmediate(flood);
    return () => {
      stopped = true;
    };
  });

export const openFlood = async (onCut: (bytes: number) => void): Promise<HttpServer> => {
  const server = createHttpServer({
    name: "flood",
    host: "127.0.0.1",
    port: 0,
    portVariable: "PORT",
    bodyMaxBytes: 1_024,
    fetch: async () => floodingStream(onCut),
  });
  await server.start();
  return server;
};

if (import.meta.main) {
  const server = await openFlood((bytes) => console.info(JSON.stringify({ bytes })));
  console.info(JSON.stringify({ url: server.url }));
}
