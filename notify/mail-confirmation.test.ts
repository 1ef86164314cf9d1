import { expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { MAIL, nothing, openMail, PREFERENCES } from "./testing/open-mail.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { orderOf } from "./testing/open-shop.ts";

setDefaultTimeout(60_000);

const open = closedAfterEach(openMail);

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
