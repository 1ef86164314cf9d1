import { describe, expect, test } from "bun:test";
import { SSE_BUFFER_MAX_BYTES, type SseSink, sseResponse } from "./sse.ts";

const readAll = async (response: Response): Promise<string> => response.text();

describe("a stream of server-sent events", () => {
  test("begins with how long to wait before reconnecting, then sends events with their ids", async () => {
    const response = sseResponse((sink) => {
      sink.send({ id: "7", event: "stock", data: { sku: "A" } });
      return () => undefined;
    });
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    const second = new TextDecoder().decode((await reader?.read())?.value);
    expect(first).toContain("retry: ");
    expect(second).toBe('id: 7\nevent: stock\ndata: {"sku":"A"}\n\n');
    await reader?.cancel();
  });

  test("stops its source when the client goes", async () => {
    const stopped = Promise.withResolvers<void>();
    const response = sseResponse(() => () => stopped.resolve());
    await response.body?.cancel();
    await stopped.promise;
  });

  test("stops its source when the request is aborted", async () => {
    const aborter = new AbortController();
    const stopped = Promise.withResolvers<void>();
    sseResponse(() => () => stopped.resolve(), aborter.signal);
    await Promise.resolve();
    aborter.abort();
    await stopped.promise;
  });

  test("a reader that does not read is cut off with a resync, never buffered without end", async () => {
    let sent = 0;
    let sink: SseSink | null = null;
    const response = sseResponse((opened) => {
      sink = opened;
      while (opened.send({ data: "x".repeat(1024) })) sent += 1;
      return () => undefined;
    });
    const text = await readAll(response);
    expect(sent * 1024).toBeLessThan(SSE_BUFFER_MAX_BYTES + 2048);
    expect(text).toContain('event: resync\ndata: {"reason":"slow-reader"}');
    expect(sink as SseSink | null).toMatchObject({ closed: true });
  });

  test("a source that cannot be opened ends the stream with a resync", async () => {
    const text = await readAll(sseResponse(() => Promise.reject(new Error("no database"))));
    expect(text).toContain("event: resync");
    expect(text).not.toContain("no database");
  });
});
