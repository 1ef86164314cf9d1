import { afterEach, describe, expect, test } from "bun:test";
import { CONTROL_TOKEN, type OpenSandbox, openSandbox, WAYS } from "../testing/open-sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const MAIL_TOKEN = "a-mail-token-for-tests";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(
  way = WAYS[0] ?? "client.fetch",
  options: Parameters<typeof openSandbox>[1] = {},
): Promise<OpenSandbox & { send(mail?: unknown, token?: string): Promise<Response> }> {
  const opened = await openSandbox(way, { mailToken: MAIL_TOKEN, ...options });
  cleanups.push(opened.close);
  const send = (mail: unknown = MAIL, token = MAIL_TOKEN) => {
    const headers = { "x-sandbox-token": token, "content-type": "application/json" };
    return opened.raw("/mail", { method: "POST", headers, body: JSON.stringify(mail) });
  };
  return { ...opened, send };
}

const MAIL = {
  to: "Ada <Ada@example.org>",
  from: "Kiosk <shop@example.org>",
  subject: "Your order 7",
  text: "It is on its way.",
  html: "<!doctype html><html><head><title>x</title></head><body><p style='color:red'>It is on its way.</p></body></html>",
  headers: { "List-Unsubscribe": "<https://shop.example/u>" },
};

describe.each(WAYS)("mail over %s", (way) => {
  test("lands in the mailbox, and is found by its address", async () => {
    const { send, control } = await open(way);
    const answer = await send();
    expect([answer.status, await answer.json()]).toEqual([201, { id: expect.any(Number) }]);
    await send({ to: "ben@example.org", from: "a@b.example", subject: "Other", text: "x" });
    const { items } = (await control("GET", "/mail?to=ADA@example.org")).body as { items: unknown[] };
    expect(items).toMatchObject([{ ...MAIL, receivedAt: expect.any(String) }]);
    const all = (await control("GET", "/mail")).body.items as { id: number }[];
    expect(all).toHaveLength(2);
    expect((await control("GET", `/mail?after=${all[0]?.id}`)).body.items).toMatchObject([
      { to: "ben@example.org", html: null, htmlPath: null },
    ]);
  });

  test("is waited for", async () => {
    const { send, control } = await open(way);
    const waiting = control("GET", "/mail?to=ada@example.org&waitSeconds=20");
    await send({ ...MAIL, to: "ben@example.org" });
    await send();
    expect((await waiting).body.items).toMatchObject([{ to: MAIL.to }]);
  });

  test("needs the mail token or the control token; the mail token opens nothing else", async () => {
    const { send, raw } = await open(way);
    expect((await send(MAIL, "wrong")).status).toBe(401);
    expect((await send(MAIL, "")).status).toBe(401);
    expect((await send(MAIL, CONTROL_TOKEN)).status).toBe(201);
    const people = await raw("/api/people", { headers: { "x-sandbox-token": MAIL_TOKEN } });
    expect(people.status).toBe(401);
    const closed = await openSandbox(way);
    cleanups.push(closed.close);
    const headers = { "x-sandbox-token": "" };
    expect((await closed.raw("/mail", { method: "POST", headers, body: JSON.stringify(MAIL) })).status).toBe(
      401,
    );
  });

  test("emulator-14: faults strike mail as they strike methods, and only where it is named", async () => {
    const { send, control, sandbox, person, api } = await open(way);
    const id = await person();
    const mails = async () => ((await control("GET", "/mail")).body.items as unknown[]).length;
    await control("POST", "/faults", { phase: "before", status: 503 });
    expect((await send()).status).toBe(201);
    expect((await api("sendMessage", { chat_id: id, text: "x" })).status).toBe(503);
    await control("POST", "/faults", { method: "mail", phase: "before", status: 550 });
    expect([(await send()).status, await mails()]).toEqual([550, 1]);
    await control("POST", "/faults", { method: "mail", phase: "before", retryAfter: 7 });
    expect((await send()).headers.get("retry-after")).toBe("7");
    await control("POST", "/faults", { method: "mail", phase: "after", textContains: "on its way" });
    const lost = await send({ ...MAIL, text: "another", html: null }).then((answer) => answer.json());
    expect(lost).toEqual({ id: expect.any(Number) });
    const request = () =>
      sandbox.mailFetch("http://sandbox.local/sandbox/mail", {
        method: "POST",
        headers: { "x-sandbox-token": MAIL_TOKEN },
        body: JSON.stringify(MAIL),
      });
    expect(await request().catch((error: Error) => error.name)).toBe("ConnectionResetError");
    expect(await mails()).toBe(3);
    expect(sandbox.outbox().at(-1)).toMatchObject({
      method: "mail",
      params: { to: MAIL.to, subject: MAIL.subject },
      applied: true,
      fault: "after",
      status: null,
    });
    expect((await request()).status).toBe(201);
  });
});

test.each([
  [{ to: "nobody" }, "/to"],
  [{ to: "a@b.example\r\nBcc: c@d.example" }, "/to"],
  [{ subject: "a\nb" }, "/subject"],
  [{ headers: { "X-A": "a\r\nb" } }, "/headers/X-A"],
  [{ headers: { "X A": "a" } }, "/headers/X A"],
  [{ headers: ["a"] }, "/headers"],
  [{ text: null, html: null }, "/text"],
  [{ text: 5 }, "/text"],
  [{ cc: "a@b.example" }, "/cc"],
])("refuses %j", async (change, pointer) => {
  const { send, control } = await open();
  const answer = await send({ ...MAIL, ...change });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([422, "application/problem+json"]);
  expect((await answer.json()).errors).toEqual([{ pointer, message: expect.any(String) }]);
  expect((await control("GET", "/mail")).body.items).toEqual([]);
});

test("the HTML of a mail has an address that cannot be guessed, and can do nothing there", async () => {
  const { send, control, sandbox } = await open();
  await send();
  const [mail] = (await control("GET", "/mail")).body.items as { id: number; htmlPath: string }[];
  const get = (path: string) => sandbox.fetch(new Request(`http://127.0.0.1:3000${path}`));
  const page = await get(mail?.htmlPath ?? "");
  expect(page.headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
  );
  const html = await page.text();
  expect(html).toStartWith(
    '<!doctype html><html><head><meta charset="utf-8" /><base target="_blank" /><title>',
  );
  for (const path of [`/sandbox/page/mail/${mail?.id}.html`, `/sandbox/page/mail/${mail?.id}.x.html`])
    expect((await get(path)).status).toBe(404);
});

test("emulator-23: the mailbox forgets the oldest, by number and by size", async () => {
  const time = createVirtualTime();
  const { send, control } = await open("client.fetch", { clock: time.clock, timers: time.timers });
  const held = async () => (await control("GET", "/mail")).body.items as { subject: string }[];
  for (let n = 0; n < 505; n += 1) await send({ ...MAIL, subject: `${n}` });
  expect([(await held()).length, (await held())[0]?.subject]).toEqual([500, "5"]);
  for (let n = 0; n < 45; n += 1) await send({ ...MAIL, text: "x".repeat(490_000) });
  expect((await held()).length).toBe(40);
});

test("a reset leaves no mail, and ids only grow", async () => {
  const { send, control } = await open();
  const first = (await (await send()).json()).id;
  await control("POST", "/reset");
  expect((await control("GET", "/mail")).body.items).toEqual([]);
  expect((await (await send()).json()).id).toBe(first + 1);
});
