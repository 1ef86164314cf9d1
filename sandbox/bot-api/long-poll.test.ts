import { afterEach, describe, expect, test } from "bun:test";
import { Bot } from "grammy";
import { SANDBOX_BOT_TOKEN } from "../sandbox.ts";
import { type Answer, type OpenSandbox, openSandbox, WAYS } from "../testing/open-sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openOnVirtualTime(way: (typeof WAYS)[number] = "client.fetch") {
  const time = createVirtualTime();
  const open = await openSandbox(way, { clock: time.clock, timers: time.timers });
  cleanups.push(open.close);
  /** Sends a poll and settles once the sandbox has it. */
  const poll = async (
    parameters: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<{ answer: Promise<Answer> }> => {
    const before = time.pending();
    const answer = open.api("getUpdates", parameters, signal);
    answer.catch(() => {});
    while (time.pending() === before) await new Promise((resolve) => setImmediate(resolve));
    return { answer };
  };
  return { ...open, time, poll };
}

function updatesOf(
  answer: Answer,
): { update_id: number; message?: { text?: string; chat: { id: number } } }[] {
  return answer.body.result as { update_id: number; message?: { text?: string; chat: { id: number } } }[];
}

async function say(open: OpenSandbox, id: number, ...texts: string[]): Promise<void> {
  for (const text of texts) await open.control("POST", `/people/${id}/messages`, { text });
}

describe.each(WAYS)("a long poll over %s", (way) => {
  test("emulator-6: is held until there is an update", async () => {
    const open = await openOnVirtualTime(way);
    const held = await open.poll({ timeout: 30 });
    const id = await open.person();
    const updates = updatesOf(await held.answer);
    expect(updates.map(({ message }) => [message?.text, message?.chat.id])).toEqual([["/start", id]]);
  });

  test("emulator-6: answers nothing when its time is over, 50 seconds at most", async () => {
    const open = await openOnVirtualTime(way);
    const held = await open.poll({ timeout: 900 });
    await open.time.advance(50_000);
    expect(updatesOf(await held.answer)).toEqual([]);
  });

  test("emulator-6: ends when its client gives up, and the next poll is answered", async () => {
    const open = await openOnVirtualTime(way);
    const client = new AbortController();
    const held = await open.poll({ timeout: 30 }, client.signal);
    client.abort();
    expect(await held.answer.catch((error: Error) => error.name)).toBe("AbortError");
    const next = await open.poll({ timeout: 30 });
    await open.person();
    expect(updatesOf(await next.answer)).toHaveLength(1);
  });

  test("is ended with 409 by another poll, and at once by setWebhook", async () => {
    const open = await openOnVirtualTime(way);
    const first = await open.poll({ timeout: 30 });
    const second = open.api("getUpdates", { timeout: 30 });
    expect(await first.answer).toMatchObject({
      status: 409,
      body: {
        description:
          "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
      },
    });
    await open.time.advance(3_000);
    await open.api("setWebhook", { url: "http://127.0.0.1:9/hook" });
    expect((await second).body.description).toBe("Conflict: terminated by setWebhook request");
  });
});

test("a poll while a webhook is set is refused with 409, and repeated ones three seconds late", async () => {
  const open = await openOnVirtualTime();
  await open.api("setWebhook", { url: "http://127.0.0.1:9/hook" });
  const text =
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
  expect((await open.api("getUpdates")).body.description).toBe(text);
  const late = await open.poll({});
  await open.time.advance(2_999);
  expect(open.sandbox.outbox()).toHaveLength(1);
  await open.time.advance(1);
  expect((await late.answer).body.description).toBe(text);
});

test("emulator-6: an offset confirms, a negative one keeps the newest, and the limit holds", async () => {
  const open = await openOnVirtualTime();
  const id = await open.person();
  await say(open, id, "a", "b", "c");
  const all = updatesOf(await open.api("getUpdates"));
  expect(all.map(({ message }) => message?.text)).toEqual(["/start", "a", "b", "c"]);
  const ids = all.map(({ update_id }) => update_id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect(
    updatesOf(await open.api("getUpdates", { offset: ids[1], limit: 2 })).map(({ update_id }) => update_id),
  ).toEqual(ids.slice(1, 3));
  expect(updatesOf(await open.api("getUpdates", { offset: -1 })).map(({ update_id }) => update_id)).toEqual(
    ids.slice(3),
  );
  expect(updatesOf(await open.api("getUpdates", { offset: 0 }))).toHaveLength(1);
});

test("emulator-6: a repeated offset with a short timeout is held for three seconds", async () => {
  const open = await openOnVirtualTime();
  await open.api("getUpdates", { offset: 5 });
  const repeated = await open.poll({ offset: 5 });
  await open.time.advance(2_999);
  expect(open.time.pending()).toBeGreaterThan(0);
  await open.time.advance(1);
  expect(updatesOf(await repeated.answer)).toEqual([]);
});

test("emulator-6: only the kinds of update that were asked for are queued, from then on", async () => {
  const open = await openOnVirtualTime();
  const id = await open.person();
  await open.api("getUpdates", { allowed_updates: ["callback_query"], offset: -1 });
  await say(open, id, "unheard");
  await open.control("POST", `/people/${id}/block`, { blocked: true });
  expect(updatesOf(await open.api("getUpdates", { offset: 0 }))).toHaveLength(1);
  await open.api("getUpdates", { allowed_updates: [], offset: 1 });
  await open.control("POST", `/people/${id}/block`, { blocked: false });
  expect(updatesOf(await open.api("getUpdates", { offset: 2 }))).toHaveLength(2);
});

test("emulator-6: an update nobody fetches is forgotten after 24 hours", async () => {
  const open = await openOnVirtualTime();
  await open.person();
  await open.time.advance(24 * 60 * 60 * 1_000 + 1);
  expect(updatesOf(await open.api("getUpdates", { offset: 1 }))).toEqual([]);
});

test("emulator-6: an idle grammY bot asks for updates twice at most while nothing happens", async () => {
  const open = await openOnVirtualTime();
  const bot = new Bot(SANDBOX_BOT_TOKEN, { client: open.client });
  const running = bot.start();
  const polls = async () =>
    ((await open.control("GET", "/calls")).body.items as { method: string }[]).filter(
      ({ method }) => method === "getUpdates",
    ).length;
  while ((await polls()) === 0) await open.time.advance(0);
  await open.time.advance(3_000);
  expect(await polls()).toBeLessThanOrEqual(2);
  await bot.stop();
  await running;
});

test("emulator-11: a callback query can be answered once and for 15 seconds", async () => {
  const open = await openOnVirtualTime();
  const id = await open.person();
  const sent = await open.api("sendMessage", {
    chat_id: id,
    text: "card",
    reply_markup: { inline_keyboard: [[{ text: "go", callback_data: "go" }]] },
  });
  const messageId = (sent.body.result as { message_id: number }).message_id;
  const tap = async () =>
    (await open.control("POST", `/people/${id}/taps`, { messageId, label: "go" })).body.callbackQueryId;
  const answer = async (queryId: unknown) =>
    (await open.api("answerCallbackQuery", { callback_query_id: queryId })).status;
  const first = await tap();
  const late = await tap();
  expect([await answer(first), await answer(first)]).toEqual([200, 400]);
  await open.time.advance(15_001);
  expect(await answer(late)).toBe(400);
});

test("emulator-10: a message older than 48 hours cannot be deleted", async () => {
  const open = await openOnVirtualTime();
  const id = await open.person();
  const sent = await open.api("sendMessage", { chat_id: id, text: "old" });
  await open.time.advance(48 * 60 * 60 * 1_000 + 1);
  const messageId = (sent.body.result as { message_id: number }).message_id;
  expect((await open.api("deleteMessage", { chat_id: id, message_id: messageId })).body.description).toBe(
    "Bad Request: message can't be deleted for everyone",
  );
});

test("emulator-4: logOut closes the bot out for ten minutes", async () => {
  const open = await openOnVirtualTime();
  expect((await open.api("logOut")).body).toEqual({ ok: true, result: true });
  expect(await open.api("getMe")).toMatchObject({ status: 400, body: { description: "Logged out" } });
  await open.time.advance(10 * 60 * 1_000);
  expect((await open.api("getMe")).status).toBe(200);
});

test("emulator-8: a poll gets an update once more, after it was confirmed, where a test wants duplicates", async () => {
  const open = await openOnVirtualTime();
  await open.control("POST", "/duplicates", { count: 1 });
  const id = await open.person();
  const [first] = updatesOf(await open.api("getUpdates"));
  await say(open, id, "second");
  const next = updatesOf(await open.api("getUpdates", { offset: (first?.update_id ?? 0) + 1 }));
  expect(next.map(({ message }) => message?.text)).toEqual(["/start", "second"]);
  expect(next[0]?.update_id).toBe(first?.update_id ?? 0);
  const last = (next.at(-1)?.update_id ?? 0) + 1;
  expect(updatesOf(await open.api("getUpdates", { offset: last }))).toEqual([]);
});

test("emulator-6: kinds that do not exist are passed over, and a list of nothing else asks for all again", async () => {
  const open = await openOnVirtualTime();
  let offset = 0;
  const asked = async (list: unknown) => {
    offset += 1;
    await open.api("getUpdates", { allowed_updates: list, offset });
    return (await open.api("getWebhookInfo")).body.result as Record<string, unknown>;
  };
  expect((await asked(["poll", "nonsense", "MESSAGE"])).allowed_updates).toEqual(["message", "poll"]);
  expect((await asked("no list")).allowed_updates).toEqual(["message", "poll"]);
  expect(await asked(["nonsense"])).not.toHaveProperty("allowed_updates");
});
