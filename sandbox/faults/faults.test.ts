import { afterEach, describe, expect, test } from "bun:test";
import { Api, GrammyError, HttpError } from "grammy";
import { SANDBOX_BOT_TOKEN } from "../sandbox.ts";
import { openSandbox, WAYS } from "../testing/open-sandbox.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(WAYS)("a fault over %s", (way) => {
  const openFaulty = async (fault: Record<string, unknown>) => {
    const open = await openSandbox(way);
    cleanups.push(open.close);
    const id = await open.person();
    expect(
      (await open.control("POST", "/faults", { method: "sendMessage", count: 1, ...fault })).status,
    ).toBe(201);
    const api = new Api(SANDBOX_BOT_TOKEN, open.client);
    const texts = () =>
      open.sandbox
        .transcript(id)
        .filter(({ from }) => from === "bot")
        .map(({ text }) => text);
    const send = (text: string, signal?: AbortSignal) =>
      // grammY types its signals after a polyfill; the runtime's own have the same shape.
      api
        .sendMessage(id, text, {}, signal as Parameters<typeof api.sendMessage>[3])
        .catch((error: unknown) => error);
    return { ...open, id, send, texts };
  };

  test("emulator-14: before the call: nothing is sent, and the next call goes through", async () => {
    const { send, texts } = await openFaulty({ phase: "before", status: 500 });
    expect(await send("one")).toMatchObject({ error_code: 500 });
    expect(texts()).toEqual([]);
    await send("two");
    expect(texts()).toEqual(["two"]);
  });

  test("emulator-14: with retryAfter: a 429 that says how long to wait, in the body and in a header", async () => {
    const { send, texts, api, id, control } = await openFaulty({ phase: "before", retryAfter: 7 });
    const refusal = await send("one");
    expect(refusal).toBeInstanceOf(GrammyError);
    expect(refusal).toMatchObject({
      error_code: 429,
      description: "Too Many Requests: retry after 7",
      parameters: { retry_after: 7 },
    });
    await control("POST", "/faults", { phase: "before", retryAfter: 9, count: 1 });
    expect((await api("sendMessage", { chat_id: id, text: "x" })).headers.get("retry-after")).toBe("9");
    expect(texts()).toEqual([]);
  });

  test("emulator-14: after the call: the message arrives and the sender does not learn of it", async () => {
    const { send, texts, sandbox } = await openFaulty({ phase: "after" });
    expect(await send("one")).toBeInstanceOf(HttpError);
    expect(texts()).toEqual(["one"]);
    expect(sandbox.outbox().at(-1)).toMatchObject({
      method: "sendMessage",
      applied: true,
      fault: "after",
      status: null,
    });
  });

  test("emulator-14: a reset connection and a proxy's page are no answers either", async () => {
    const reset = await openFaulty({ phase: "reset" });
    expect(await reset.send("one")).toBeInstanceOf(HttpError);
    const proxy = await openFaulty({ phase: "html502", applied: true });
    expect(await proxy.send("one")).toBeInstanceOf(HttpError);
    expect([reset.texts(), proxy.texts()]).toEqual([[], ["one"]]);
  });

  test("emulator-14: a call that hangs ends when its client gives up", async () => {
    const { send, sandbox, texts } = await openFaulty({ phase: "hang" });
    const client = new AbortController();
    const hanging = send("one", client.signal);
    const call = await sandbox.waitFor(
      () => sandbox.outbox().find(({ method }) => method === "sendMessage"),
      5_000,
    );
    client.abort();
    expect(await hanging).toBeInstanceOf(Error);
    await sandbox.waitFor(() => call.fault === "hang", 5_000);
    await send("two");
    expect([call.applied, texts()]).toEqual([false, ["two"]]);
  });

  test("emulator-14: strikes only what it was made for", async () => {
    const { send, texts, control } = await openFaulty({ phase: "before", textContains: "secret", count: 2 });
    await send("plain");
    await send("a secret");
    expect(texts()).toEqual(["plain"]);
    expect((await control("GET", "/faults")).body.items).toMatchObject([{ remaining: 1 }]);
    expect((await control("DELETE", "/faults")).status).toBe(204);
    await send("a secret");
    expect(texts()).toEqual(["plain", "a secret"]);
  });
});
