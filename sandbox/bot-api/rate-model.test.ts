import { afterEach, describe, expect, test } from "bun:test";
import { openSandbox, WAYS } from "../testing/open-sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openLimited(way = WAYS[0] ?? "client.fetch", rateModel = true) {
  const time = createVirtualTime();
  const open = await openSandbox(way, { clock: time.clock, timers: time.timers, rateModel });
  cleanups.push(open.close);
  const send = (chatId: number) => open.api("sendMessage", { chat_id: chatId, text: "x" });
  /** How many of so many calls at once were let through. */
  const letThrough = async (chatIds: readonly number[]) => {
    const statuses: number[] = [];
    for (const chatId of chatIds) statuses.push((await send(chatId)).status);
    return statuses.filter((status) => status === 200).length;
  };
  return { ...open, time, send, letThrough };
}

describe.each(WAYS)("the rate model over %s", (way) => {
  test("emulator-13: a chat takes three at once and one a second, then 429 with the wait in body and header", async () => {
    const { person, send, time, letThrough } = await openLimited(way);
    const id = await person();
    expect(await letThrough([id, id, id])).toBe(3);
    const refused = await send(id);
    expect([refused.status, refused.headers.get("retry-after"), refused.body]).toEqual([
      429,
      "1",
      {
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 1",
        parameters: { retry_after: 1 },
      },
    ]);
    await time.advance(1_000);
    expect(await letThrough([id, id])).toBe(1);
    await time.advance(60_000);
    expect(await letThrough([id, id, id, id])).toBe(3);
  });
});

test("emulator-13: who does not wait waits longer", async () => {
  const { person, send, time, letThrough } = await openLimited();
  const id = await person();
  await letThrough([id, id, id, id]);
  const waits: unknown[] = [];
  for (let call = 0; call < 3; call += 1) waits.push((await send(id)).headers.get("retry-after"));
  expect(waits).toEqual(["2", "3", "4"]);
  await time.advance(3_999);
  expect((await send(id)).status).toBe(429);
  await time.advance(1_001);
  expect((await send(id)).status).toBe(200);
});

test("emulator-13: all chats together take 30 a second", async () => {
  const { person, letThrough, time } = await openLimited();
  const people = [];
  for (let n = 0; n < 31; n += 1) people.push(await person());
  expect(await letThrough(people)).toBe(30);
  await time.advance(60_000);
  expect(await letThrough(people)).toBe(30);
});

test("emulator-13: a group takes 20 at once and then 20 a minute, edits included", async () => {
  const { person, group, send, time, api } = await openLimited();
  const chat = await group([await person()]);
  const first = (await send(chat)).body.result as { message_id: number };
  const edit = (n: number) =>
    api("editMessageText", { chat_id: chat, message_id: first.message_id, text: `edit ${n}` });
  let done = 1;
  for (let status = 200; status === 200 && done < 100; done += 1) {
    await time.advance(1_000);
    status = (await (done % 2 === 0 ? send(chat) : edit(done))).status;
  }
  // One a second is taken and one in three seconds given back: after 29 the 20 are used up.
  expect(done - 1).toBe(29);
  await time.advance(60_000);
  expect((await send(chat)).status).toBe(200);
});

test("emulator-13: it is off until it is asked for, by the option or over the control API, and a reset undoes that", async () => {
  const { person, letThrough, control } = await openLimited("client.fetch", false);
  const id = await person();
  const five = [id, id, id, id, id];
  expect(await letThrough(five)).toBe(5);
  expect((await control("POST", "/rate-model", { on: true })).body).toMatchObject({ on: true });
  expect(await letThrough(five)).toBe(3);
  await control("POST", "/rate-model", { on: false });
  expect(await letThrough(five)).toBe(5);
  await control("POST", "/rate-model", { on: true });
  await control("POST", "/reset");
  expect((await control("GET", "/rate-model")).body).toMatchObject({ on: false });
});

test("what sends nothing is not counted", async () => {
  const { person, api } = await openLimited();
  const id = await person();
  for (let n = 0; n < 40; n += 1)
    expect((await api("sendChatAction", { chat_id: id, action: "typing" })).status).toBe(200);
});
