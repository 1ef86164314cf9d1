import { afterEach, describe, expect, test } from "bun:test";
import { CONTROL_TOKEN, type OpenSandbox, openSandbox, WAYS } from "../testing/open-sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(...input: Parameters<typeof openSandbox>): Promise<OpenSandbox> {
  const opened = await openSandbox(...input);
  cleanups.push(opened.close);
  return opened;
}

async function lastUpdate({ api }: OpenSandbox): Promise<Record<string, unknown>> {
  const updates = (await api("getUpdates", { offset: -1 })).body.result as Record<string, unknown>[];
  return updates[0] ?? {};
}

describe.each(WAYS)("the control API over %s", (way) => {
  test("emulator-21: needs the token, and refuses as problem details", async () => {
    const { raw } = await open(way);
    for (const headers of [{}, { "x-sandbox-token": "wrong" }] as Record<string, string>[]) {
      const answer = await raw("/api/people", { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({
        type: "about:blank",
        status: 401,
        code: "UNAUTHENTICATED",
      });
    }
  });

  test("names whom a page may offer to be, and makes none of them by itself", async () => {
    const cast = [{ firstName: "Ada", phone: "+12025550100", beginsAt: "/" }];
    const { control } = await open(way, { cast });
    expect((await control("GET", "/cast")).body).toEqual({ items: cast });
    expect((await control("GET", "/people")).body).toEqual({ items: [] });
    const { control: other } = await open(way);
    expect((await other("GET", "/cast")).body).toEqual({ items: [] });
  });

  test("emulator-15: creates a person once for a phone, however it is written", async () => {
    const { control } = await open(way);
    const first = await control("POST", "/people", {
      firstName: "Ada",
      phone: "+49 (170) 123-4567",
      language: "de",
    });
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({
        id: expect.any(Number),
        phone: "+491701234567",
        language: "de",
        started: false,
      }),
    ]);
    const again = await control("POST", "/people", { firstName: "Other", phone: "00491701234567" });
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    expect((await control("GET", "/people")).body.items).toHaveLength(1);
  });

  test.each([
    [{ firstName: "Ada" }, "/phone"],
    [{ firstName: "Ada", phone: "12" }, "/phone"],
    [{ firstName: 7, phone: "+12025550100" }, "/firstName"],
    [{ firstName: "Ada", phone: "+12025550100", admin: true }, "/admin"],
  ])("refuses the person %j", async (input, pointer) => {
    const { control } = await open(way);
    const { status, body } = await control("POST", "/people", input);
    expect([status, body.code, body.errors]).toEqual([
      422,
      "VALIDATION",
      [{ pointer, message: expect.any(String) }],
    ]);
  });

  test("emulator-15: shares the own contact, another's, and a forwarded own one", async () => {
    const opened = await open(way);
    const id = await opened.person({ phone: "+491701234567" });
    await opened.control("POST", `/people/${id}/contact`, {});
    expect(await lastUpdate(opened)).toMatchObject({
      message: {
        from: { id },
        chat: { id },
        contact: { phone_number: "491701234567", user_id: id, first_name: "Ada" },
      },
    });
    await opened.control("POST", `/people/${id}/contact`, { phone: "+491709999999", userId: 42 });
    expect(await lastUpdate(opened)).toMatchObject({
      message: { contact: { phone_number: "491709999999", user_id: 42 } },
    });
    await opened.control("POST", `/people/${id}/contact`, { phone: "+491709999999" });
    expect((await lastUpdate(opened)).message).not.toHaveProperty("contact.user_id");
    await opened.control("POST", `/people/${id}/contact`, { forwarded: true });
    expect(await lastUpdate(opened)).toMatchObject({
      message: { contact: { user_id: id }, forward_origin: { type: "user", sender_user: { id } } },
    });
  });

  test("emulator-9: lets nobody write before Start or while blocking, as a client would", async () => {
    const { control, person } = await open(way);
    const id = await person({ started: false });
    const say = async () => (await control("POST", `/people/${id}/messages`, { text: "hi" })).status;
    expect(await say()).toBe(409);
    expect((await control("POST", `/people/${id}/start`, { payload: "not ok" })).status).toBe(422);
    await control("POST", `/people/${id}/start`, { payload: "l_ok-1" });
    expect(await say()).toBe(201);
    await control("POST", `/people/${id}/block`, { blocked: true });
    expect(await say()).toBe(409);
    expect((await control("POST", "/people/5/messages", { text: "hi" })).status).toBe(404);
    expect((await control("PUT", "/people")).status).toBe(405);
    expect((await control("GET", "/nowhere")).status).toBe(404);
  });

  test("emulator-5: marks commands in what a person writes, in UTF-16 code units", async () => {
    const opened = await open(way);
    const id = await opened.person();
    await opened.control("POST", `/people/${id}/messages`, { text: "👍 /orders now" });
    expect(await lastUpdate(opened)).toMatchObject({
      message: { entities: [{ type: "bot_command", offset: 3, length: 7 }] },
    });
  });

  test("streams what happens in a chat as server-sent events", async () => {
    const { raw, person, api, sandbox } = await open(way);
    const id = await person();
    const stream = await raw(`/api/people/${id}/events`, {
      headers: { "x-sandbox-token": CONTROL_TOKEN },
    });
    expect(stream.headers.get("content-type")).toStartWith("text/event-stream");
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? "";
    await api("sendChatAction", { chat_id: id, action: "typing" });
    await api("sendMessage", { chat_id: id, text: "<i>live</i>", parse_mode: "HTML" });
    while (!text.includes("<i>live")) text += (await reader?.read())?.value ?? "";
    const events = text
      .split("\n\n")
      .filter((block) => block.startsWith("data: "))
      .map((block) => JSON.parse(block.slice(6)));
    expect(events).toMatchObject([
      { kind: "chatAction", action: "typing" },
      { kind: "message", message: { html: "<i>live</i>" } },
    ]);
    await sandbox.stop();
    let last = await reader?.read();
    while (last?.done === false) last = await reader?.read();
    expect(last?.done).toBe(true);
  });

  test("emulator-7: a reset forgets everything but the ids", async () => {
    const opened = await open(way);
    const id = await opened.person();
    const before = await lastUpdate(opened);
    expect((await opened.control("POST", "/reset")).status).toBe(204);
    expect((await opened.control("GET", "/people")).body.items).toEqual([]);
    expect((await opened.control("GET", "/calls")).body.items).toEqual([]);
    expect(await opened.person()).toBe(id + 1);
    expect(Number((await lastUpdate(opened)).update_id)).toBeGreaterThan(Number(before.update_id));
  });

  test("emulator-18: lists every call with its outcome, and hides a webhook's secret", async () => {
    const { api, control } = await open(way);
    await api("sendMessage", { chat_id: 5, text: "x" });
    await api("setWebhook", { url: "http://127.0.0.1:9/hook", secret_token: "canary" });
    const { body } = await control("GET", "/calls");
    expect(body.items).toMatchObject([
      { method: "sendMessage", status: 400, description: "Bad Request: chat not found", applied: false },
      { method: "setWebhook", status: 200, applied: true },
    ]);
    expect(JSON.stringify(body)).not.toContain("canary");
  });
});

test("waitMs answers with nothing when its time is over", async () => {
  const time = createVirtualTime();
  const { control, person } = await open("client.fetch", { clock: time.clock, timers: time.timers });
  const id = await person();
  const waiting = control("GET", `/people/${id}/messages?after=1&waitMs=99000`);
  while (time.pending() === 0) await time.advance(0);
  await time.advance(25_000);
  expect((await waiting).body.items).toEqual([]);
});

test("emulator-18: waitFor rejects when what is waited for does not come", async () => {
  const time = createVirtualTime();
  const { sandbox } = await open("client.fetch", { clock: time.clock, timers: time.timers });
  const waiting = sandbox.waitFor(() => false, 1_000).catch((error: Error) => error.message);
  await time.advance(1_000);
  expect(await waiting).toContain("within 1000 ms");
});
