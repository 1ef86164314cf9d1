import { describe, expect, test } from "bun:test";
import { type BodyBounds, createBodyKeeper, type KeptBody } from "./bounded-body.ts";

const FILE: BodyBounds = { maxBytes: 1_000, streamed: true };
const ORDINARY: BodyBounds = { maxBytes: 1_000, streamed: false };

/** A body of unknown length that comes as the test says it. */
const openBody = () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const request = new Request("http://kiosk.example/v1/products/import", { method: "POST", body: readable });
  return { request, writer: writable.getWriter() };
};

const lengthOf = async (body: KeptBody): Promise<number> => (await new Response(body).bytes()).byteLength;

/** As a service in another process: what went wrong with the body is told in words of the connection. */
const overTheWire = (body: KeptBody): Promise<number> =>
  lengthOf(body).catch(() => {
    throw new Error("the connection was closed");
  });

describe("a file", () => {
  test("of unknown length is passed on before it has ended", async () => {
    const { request, writer } = openBody();
    const work = createBodyKeeper().with(request, FILE, async (body) => {
      const reader = (body as ReadableStream<Uint8Array>).getReader();
      const first = await reader.read();
      // Only now does the rest come.
      await Promise.all([writer.write(new Uint8Array(5)), reader.read()]);
      void writer.close();
      const last = await reader.read();
      return [first.value?.byteLength, last.done];
    });
    await writer.write(new Uint8Array(7));
    expect(await work).toEqual([7, true]);
  });

  test("that turns out too large is broken off, and the client hears why", async () => {
    const { request, writer } = openBody();
    const passed = createBodyKeeper().with(request, FILE, overTheWire);
    const sent = Promise.allSettled([writer.write(new Uint8Array(900)), writer.write(new Uint8Array(101))]);
    await expect(passed).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    await sent;
    // Nobody reads on.
    await expect(writer.write(new Uint8Array(1))).rejects.toBeDefined();
  });

  test("that stops coming is broken off, and the client hears why", async () => {
    const { request, writer } = openBody();
    const passed = createBodyKeeper({ filePauseMs: 20 }).with(request, FILE, overTheWire);
    await writer.write(new Uint8Array(1));
    await expect(passed).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
  });
});

describe("an ordinary body", () => {
  test("is read before anybody hears of it, up to its bound", async () => {
    const keeper = createBodyKeeper();
    for (const [bytes, code] of [
      [1_000, null],
      [1_001, "PAYLOAD_TOO_LARGE"],
    ] as const) {
      const { request, writer } = openBody();
      const kept = keeper.with(request, ORDINARY, lengthOf).then(
        (length) => ({ length, code: null }),
        ({ code: refused }: { code: string }) => ({ length: bytes, code: refused }),
      );
      void writer.write(new Uint8Array(bytes)).catch(() => undefined);
      void writer.close().catch(() => undefined);
      expect(await kept).toEqual({ length: bytes, code });
    }
  });

  test("that does not arrive has its time, and what it would have held is free again", async () => {
    const keeper = createBodyKeeper({ keptMaxBytes: 1_000, bodyDeadlineMs: 20 });
    const [slow, other] = [openBody(), openBody()];
    const waiting = keeper.with(slow.request, ORDINARY, lengthOf);
    await slow.writer.write(new Uint8Array(900));
    const refused = keeper.with(other.request, ORDINARY, lengthOf);
    void other.writer.write(new Uint8Array(200)).catch(() => undefined);
    await expect(refused).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(waiting).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
    const next = openBody();
    void next.writer.write(new Uint8Array(1_000)).catch(() => undefined);
    void next.writer.close().catch(() => undefined);
    expect(await keeper.with(next.request, ORDINARY, lengthOf)).toBe(1_000);
  });

  test("that announces much and sends little keeps nobody else's out", async () => {
    const keeper = createBodyKeeper({ keptMaxBytes: 1_000 });
    const announced = Array.from({ length: 10 }, openBody);
    const waiting = announced.map(({ request }) => keeper.with(request, ORDINARY, lengthOf));
    await Promise.all(announced.map(({ writer }) => writer.write(new Uint8Array(1))));
    const honest = new Request("http://kiosk.example/v1/orders", {
      method: "POST",
      headers: { "content-length": "900" },
      body: new Uint8Array(900),
    });
    expect(await keeper.with(honest, ORDINARY, lengthOf)).toBe(900);
    await Promise.all(announced.map(({ writer }) => writer.close()));
    expect(await Promise.all(waiting)).toEqual(announced.map(() => 1));
  });
});
