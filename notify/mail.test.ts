import { expect, setDefaultTimeout, test } from "bun:test";
import type { UserSnapshot } from "../shared/contracts/events.ts";
import { newId } from "../shared/kernel/ids.ts";
import { canary } from "../shared/testing/canary/canary.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createMailQueue } from "./store/channel-queue.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { envelopeOf, type OpenNotifyOptions } from "./testing/open-notify.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";
import { openSmtpServer } from "./testing/smtp-server.ts";

setDefaultTimeout(60_000);

const PREFERENCES = "/v1/notifications/preferences";
const MAIL = "/v1/notifications/email";
const nothing = { categories: {}, quietHours: null, language: null };

interface Landed {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Record<string, string>;
}

const open = closedAfterEach(async (options: OpenNotifyOptions = {}) => {
  const { make: another, ...shop } = await openShop(options);
  const ada: UserSnapshot = { ...shop.buyer, email: "ada@example.org" };
  shop.auth.users.set(ada.id, ada);
  await shop.known(ada);
  const as = `customer.${ada.id}`;
  const mails = async (to = "ada@example.org"): Promise<Landed[]> =>
    (await shop.people.control("GET", `/mail?to=${to}`)).items as Landed[];
  const landed = (pattern: RegExp, to?: string) =>
    waitFor(async () => (await mails(to)).findLast(({ subject }) => pattern.test(subject)), {
      what: `a mail like ${pattern}`,
      timeoutMs: 20_000,
    });
  const ask = async (method: string, path: string, body?: unknown, token = as) => {
    const answer = await shop.call(method, path, { as: token, body });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
  };
  const codeIn = ({ text }: Pick<Landed, "text">): string => {
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? "";
    canary?.learn("code", code, [shop.database.url]);
    return code;
  };
  const turnOn = async () => {
    expect((await ask("POST", MAIL)).status).toBe(202);
    const code = codeIn(await landed(/confirm your address/));
    expect((await ask("POST", `${MAIL}/confirm`, { code })).body).toEqual({
      state: "confirmed",
      codeExpiresAt: null,
    });
  };
  const advertise = (words = "Sale: <tea> & mugs") =>
    shop.database.transaction((tx) =>
      createDeliveryStore(tx).enqueue(
        [
          {
            ...{ id: newId(), dedupeKey: newId(), class: "broadcast", userId: ada.id },
            notice: { template: "broadcast", broadcastId: newId(), texts: { en: words, ar: "تخفيضات" } },
            expiresAt: new Date(Date.now() + 86_400_000),
          },
        ],
        new Date(),
      ),
    );
  const copies = async () => (await shop.list()).filter(({ channel }) => channel === "email");
  return { ...shop, another, ada, as, mails, landed, ask, codeIn, turnOn, advertise, copies };
});

test("parity 25: mail is off until the code that was mailed to the account's address is typed in", async () => {
  const { ask, landed, codeIn, confirmed, ada, mails, copies } = await open();
  expect((await ask("GET", PREFERENCES)).body).toMatchObject({ channels: { email: false }, email: "off" });
  const wanted = await ask("PUT", PREFERENCES, { ...nothing, channels: { email: true } });
  expect(wanted.body).toMatchObject({ channels: { email: false }, email: "unconfirmed" });
  const mail = await landed(/confirm your address/);
  const code = codeIn(mail);
  expect(mail.subject).not.toContain(code);
  await confirmed(orderOf(ada, { number: "K-1" }), "pending");
  const wrong = await ask("POST", `${MAIL}/confirm`, { code: code === "000000" ? "000001" : "000000" });
  expect([wrong.status, wrong.body.code]).toEqual([401, "OTP_INVALID"]);
  const strangers = await ask("POST", `${MAIL}/confirm`, { code }, `customer.${newId()}`);
  expect(strangers.status).toBe(401);
  expect((await ask("POST", `${MAIL}/confirm`, { code })).status).toBe(200);
  expect((await ask("GET", PREFERENCES)).body).toMatchObject({
    channels: { email: true },
    email: "confirmed",
  });
  // Who knows nothing of channels takes none away.
  expect((await ask("PUT", PREFERENCES, nothing)).body.channels).toEqual({ email: true, webhook: false });
  await confirmed(orderOf(ada, { number: "K-2" }), "pending");
  await landed(/K-2/);
  expect((await mails()).some(({ subject }) => subject.includes("K-1"))).toBe(false);
  expect(await copies()).toHaveLength(1);
  expect((await ask("POST", `${MAIL}/confirm`, { code })).status).toBe(401);
});

test("codes are mailed a minute apart at most and five an hour, and five wrong ones end a code", async () => {
  const clock = fakeClock();
  const { ask, landed, codeIn } = await open({ clock });
  await ask("POST", MAIL);
  const soon = await ask("POST", MAIL);
  expect([soon.status, soon.body.code, soon.headers.get("retry-after")]).toEqual([429, "TRY_LATER", "60"]);
  const code = codeIn(await landed(/confirm/));
  const other = code === "000000" ? "000001" : "000000";
  for (let n = 0; n < 5; n += 1)
    expect((await ask("POST", `${MAIL}/confirm`, { code: other })).status).toBe(401);
  const used = await ask("POST", `${MAIL}/confirm`, { code });
  expect([used.status, used.body.code]).toEqual([429, "OTP_TOO_MANY"]);
  for (let n = 2; n <= 6; n += 1) {
    clock.advance(61_000);
    expect([n, (await ask("POST", MAIL)).status]).toEqual([n, n <= 5 ? 202 : 429]);
  }
});

test("a code counts for half an hour", async () => {
  const clock = fakeClock();
  const { ask, landed, codeIn } = await open({ clock });
  await ask("POST", MAIL);
  const code = codeIn(await landed(/confirm/));
  clock.advance(30 * 60_000);
  expect((await ask("POST", `${MAIL}/confirm`, { code })).status).toBe(401);
});

test("without an address there is nothing to confirm, and without a mail server no mail", async () => {
  const shop = await open();
  shop.auth.users.set(shop.ada.id, { ...shop.ada, email: null });
  expect((await shop.ask("POST", MAIL)).status).toBe(409);
  shop.auth.users.set(shop.ada.id, { ...shop.ada, email: "ada@x.example, bo@x.example" });
  expect((await shop.ask("POST", MAIL)).status).toBe(409);
  const off = await open({ environment: { NOTIFY_SECRET: "" } });
  const { status, body } = await off.ask("POST", MAIL);
  expect([status, body.detail]).toEqual([409, "This shop sends no mail."]);
  expect((await off.ask("GET", PREFERENCES)).body.email).toBe("unavailable");
});

test("an order is mailed once a status, with its lines, and lines that change are not mailed", async () => {
  const { turnOn, ada, confirmed, changed, linesChanged, landed, copies } = await open();
  await turnOn();
  const order = orderOf(ada, { number: "K-7" });
  await confirmed(order, "pending");
  await linesChanged({ ...order, version: 3 }, "confirmed");
  await changed({ ...order, status: "packed", version: 4 }, "confirmed");
  await changed({ ...order, status: "shipped", version: 5 }, "packed");
  const confirmation = await landed(/K-7 is confirmed/);
  expect(confirmation.text).toContain("2 × Mug <blue> & white");
  expect(confirmation.html).toContain("2 × Mug &lt;blue&gt; &amp; white");
  expect(confirmation.html).not.toContain("<blue>");
  await landed(/K-7 is on its way/);
  const items = await copies();
  expect(items.map(({ template, state }) => [template, state])).toEqual([
    ["order-card", expect.any(String)],
    ["order-card", expect.any(String)],
  ]);
});

test("in Arabic it is written from right to left", async () => {
  const { turnOn, ada, ask, confirmed, landed } = await open();
  await turnOn();
  await ask("PUT", PREFERENCES, { ...nothing, language: "ar" });
  await confirmed(orderOf(ada, { number: "K-8" }), "pending");
  const { html } = await landed(/K-8/);
  expect(html).toContain('<html lang="ar" dir="rtl">');
  expect(html).toContain("تم التأكيد");
});

test("an address that changes is confirmed no more, at the news of it and at the latest when a mail would go there", async () => {
  const { turnOn, ada, ask, auth, publish, confirmed, settled, landed, mails } = await open();
  await turnOn();
  const moved = { ...ada, email: "new@example.org", version: ada.version + 1 };
  auth.users.set(ada.id, moved);
  await confirmed(orderOf(ada, { number: "K-9" }), "pending");
  const [held] = (await settled(2)).filter(({ channel }) => channel === "email");
  expect([held?.state, held?.reason]).toEqual(["suppressed", "the address is not confirmed"]);
  expect((await ask("GET", PREFERENCES)).body.email).toBe("off");
  await ask("POST", MAIL);
  await landed(/confirm/, "new@example.org");
  const news = { ...moved, email: "third@example.org", version: ada.version + 2 };
  await publish(envelopeOf("user.updated", ada.id, { user: news }, { sequence: news.version }));
  expect((await ask("GET", PREFERENCES)).body.email).toBe("off");
  expect((await mails("new@example.org")).every(({ subject }) => /confirm/.test(subject))).toBe(true);
});

test("advertising is mailed to who wants both, and ends by one call that a mail program makes, never by a look", async () => {
  const { turnOn, ask, advertise, landed, call, copies } = await open();
  await turnOn();
  await advertise();
  expect(await copies()).toHaveLength(0);
  await ask("PUT", PREFERENCES, { ...nothing, categories: { marketing: true } });
  await advertise();
  const { headers, html, text } = await landed(/News of the shop/);
  expect(headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
  const url = /<(.+)>/.exec(headers["List-Unsubscribe"] ?? "")?.[1] ?? "";
  expect([html.includes(url), text.includes(url), html.includes("&lt;tea&gt;")]).toEqual([true, true, true]);
  const { pathname } = new URL(url);
  const page = await call("GET", pathname);
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await page.text()).toContain('<form method="post">');
  const marketing = async () => (await ask("GET", PREFERENCES)).body.categories.marketing;
  expect(await marketing()).toBe(true);
  const oneClick = {
    body: "List-Unsubscribe=One-Click",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  };
  for (const forged of [`${pathname.slice(0, -1)}A`, `${pathname}B`, "/v1/notifications/unsubscribe/x"])
    if (forged !== pathname) expect((await call("POST", forged, oneClick)).status).toBe(404);
  expect(await marketing()).toBe(true);
  expect((await call("POST", pathname, oneClick)).status).toBe(200);
  expect(await marketing()).toBe(false);
  expect((await call("POST", pathname, oneClick)).status).toBe(200);
});

test("an erased person loses the confirmation, and nothing is mailed to them", async () => {
  const { turnOn, ada, person, internal, confirmed, mails, database } = await open();
  await turnOn();
  const told = await (await internal("GET", `/internal/people/${ada.id}/export`)).json();
  expect(JSON.stringify(told)).toContain('"mail"');
  const body = { erasureId: newId(), userVersion: 9, telegramUserId: person.id };
  await internal("PUT", `/internal/people/${ada.id}/erasure`, body);
  const { rows } = await database.db.execute("select 1 from mail_address");
  expect(rows).toEqual([]);
  await confirmed(orderOf(ada, { number: "K-10" }), "pending");
  expect((await mails()).some(({ subject }) => subject.includes("K-10"))).toBe(false);
});

const openSmtp = closedAfterEach(openSmtpServer);

const overSmtp = async (options: OpenNotifyOptions = {}) => {
  const server = await openSmtp();
  const shop = await open({
    ...options,
    environment: { SMTP_URL: server.url, MAIL_FROM: "Tea <tea@example.org>" },
  });
  expect((await shop.ask("POST", MAIL)).status).toBe(202);
  const [mail = ""] = await server.hears(1);
  await shop.ask("POST", `${MAIL}/confirm`, { code: shop.codeIn({ text: mail }) });
  const copy = (is: (state: string) => boolean) =>
    waitFor(async () => (await shop.copies()).find(({ state }) => is(state)), {
      what: "the copy",
      timeoutMs: 20_000,
    });
  return { ...shop, server, copy };
};

test("a mail whose answer is lost is unknown and stays so, until staff send it again as the same message", async () => {
  const { server, ada, confirmed, copy, call, staff } = await overSmtp();
  server.answers({ BODY: "drop" });
  await confirmed(orderOf(ada, { number: "K-11" }), "pending");
  const lost = await copy((state) => state === "unknown");
  server.answers({});
  expect((await call("POST", `/v1/notifications/${lost.id}/retry`, { as: staff })).status).toBe(200);
  await copy((state) => state === "sent");
  const mails = (await server.hears(3)).slice(1);
  expect(mails).toHaveLength(2);
  for (const mail of mails) expect(mail).toContain(`Message-ID: <${lost.id}@example.org>`);
});

test("no such mailbox: the address is bad, and nothing more goes there until it is confirmed anew", async () => {
  const { server, ada, confirmed, copy, copies, ask } = await overSmtp();
  server.answers({ RCPT: "550 no such user" });
  await confirmed(orderOf(ada, { number: "K-12" }), "pending");
  await copy((state) => state === "failed");
  expect((await ask("GET", PREFERENCES)).body.email).toBe("bad");
  await confirmed(orderOf(ada, { number: "K-13" }), "pending");
  expect(await copies()).toHaveLength(1);
});

test("a server that asks to wait gets the mail later, and meanwhile the bot is not late", async () => {
  const clock = fakeClock();
  const { server, ada, confirmed, copy, inbox } = await overSmtp({ clock });
  server.answers({ RCPT: "450 grey" });
  await confirmed(orderOf(ada, { number: "K-14" }), "pending");
  await waitFor(() => inbox().length === 1, { what: "the card", timeoutMs: 20_000 });
  await waitFor(async () => (await copy(() => true)).attempts === 1, { what: "the attempt" });
  await copy((state) => state === "pending");
  server.answers({});
  clock.advance(61_000);
  await copy((state) => state === "sent");
  expect(await server.hears(2)).toHaveLength(2);
});

test("a mail whose worker dies is unknown, and goes to nobody twice by itself", async () => {
  const clock = fakeClock();
  const { notify, another, advertise, ask, database, server, copy } = await overSmtp({ clock });
  await ask("PUT", PREFERENCES, { ...nothing, categories: { marketing: true } });
  await notify.stop();
  await advertise();
  const dead = createMailQueue(database.db, 1);
  clock.set(new Date());
  const { taken } = await dead.claim(newId(), 1, clock.now(), new Date(clock.now().getTime() + 1_000));
  expect(taken).toHaveLength(1);
  clock.advance(2_000);
  const heir = another();
  await heir.start();
  try {
    const lost = await copy((state) => state === "unknown");
    expect(lost.reason).toBe("interrupted");
    expect(server.messages).toHaveLength(1);
  } finally {
    await heir.stop();
  }
});

test("two instances mail each order once", async () => {
  const { another, server, ada, database, confirmed } = await overSmtp();
  const other = another();
  await other.start();
  try {
    for (let n = 0; n < 20; n += 1) await confirmed(orderOf(ada, { number: `K-${n}` }), "pending");
    const sent = async () => {
      const { rows } = await database.db.execute<{ n: number }>(
        "select count(*)::int as n from delivery where channel = 'email' and state = 'sent'",
      );
      return rows[0]?.n;
    };
    await waitFor(async () => (await sent()) === 20, { what: "twenty mails", timeoutMs: 30_000 });
    const subjects = (await server.hears(21)).slice(1).map((mail) => /Subject: (.*)/.exec(mail)?.[1]);
    expect([subjects.length, new Set(subjects).size]).toEqual([20, 20]);
  } finally {
    await other.stop();
  }
});

test("mails keep their pace, whoever sends them", async () => {
  const clock = fakeClock(new Date());
  const { notify, database, advertise, ask, turnOn } = await open({ clock });
  await turnOn();
  await ask("PUT", PREFERENCES, { ...nothing, categories: { marketing: true } });
  await notify.stop();
  for (let n = 0; n < 4; n += 1) await advertise();
  clock.advance(60_000);
  const queues = [createMailQueue(database.db, 60_000), createMailQueue(database.db, 60_000)];
  const claimAll = async () => {
    const deadline = new Date(clock.now().getTime() + 600_000);
    const claims = await Promise.all(queues.map((queue) => queue.claim(newId(), 9, clock.now(), deadline)));
    return claims.flatMap(({ taken }) => taken).length;
  };
  expect(await claimAll()).toBe(1);
  clock.advance(30_000);
  expect(await claimAll()).toBe(0);
  clock.advance(31_000);
  expect(await claimAll()).toBe(1);
});
