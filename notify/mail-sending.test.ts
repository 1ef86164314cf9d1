import { expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createMailQueue } from "./store/channel-queue.ts";
import { MAIL, nothing, openMail, PREFERENCES } from "./testing/open-mail.ts";
import type { OpenNotifyOptions } from "./testing/open-notify.ts";
import { orderOf } from "./testing/open-shop.ts";
import { openSmtpServer } from "./testing/smtp-server.ts";

setDefaultTimeout(60_000);

const open = closedAfterEach(openMail);
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
