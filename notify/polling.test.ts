import { describe, expect, test } from "bun:test";
import { SANDBOX_BOT_TOKEN } from "../sandbox/sandbox.ts";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, type OpenNotify, openNotify } from "./testing/open-notify.ts";

const open = closedAfterEach(openNotify);
const LEASE = "telegram-poller:7000000001";
const WEBHOOK = "https://production.example/telegram/webhook/x";
const setWebhook = ({ sandbox }: OpenNotify) =>
  sandbox.botFetch(`http://sandbox.local/sandbox/bot${SANDBOX_BOT_TOKEN}/setWebhook?url=${WEBHOOK}`);
const webhookUrl = async ({ sandbox }: OpenNotify) => {
  const response = await sandbox.botFetch(
    `http://sandbox.local/sandbox/bot${SANDBOX_BOT_TOKEN}/getWebhookInfo`,
  );
  return ((await response.json()) as { result: { url: string } }).result.url;
};
const readiness = async ({ call }: OpenNotify) => {
  const response = await call("GET", "/ready");
  const { dependencies } = (await response.json()) as { dependencies: { name: string; state: string }[] };
  return { status: response.status, telegram: dependencies.find(({ name }) => name === "telegram")?.state };
};

describe("polling", () => {
  test("notify-3: leaves a webhook that is set alone, and says so", async () => {
    const log = silentLogger();
    const notify = await open({ started: false, log });
    await setWebhook(notify);
    await notify.notify.start();
    await waitFor(() => log.lines.some(({ message }) => message.includes("TELEGRAM_TAKEOVER=1")));
    expect(await webhookUrl(notify)).toBe(WEBHOOK);
  });

  test("notify-3: ends a foreign webhook when told to take over", async () => {
    const notify = await open({ started: false, environment: { TELEGRAM_TAKEOVER: "1" } });
    await setWebhook(notify);
    await notify.notify.start();
    const ada = await notify.people.started();
    expect(notify.people.fromBot(ada.id)).toHaveLength(1);
    expect(await webhookUrl(notify)).toBe("");
  });

  test("notify-1: starts while Telegram is away, says so in its readiness, and goes on when it is back", async () => {
    const notify = await open({ started: false });
    await notify.people.fault({ method: "getMe", phase: "reset", count: 2 });
    await notify.notify.start();
    const away = await readiness(notify);
    expect(away.status).toBe(200);
    const ada = await notify.people.started();
    expect(notify.people.fromBot(ada.id)).toHaveLength(1);
    expect(await readiness(notify)).toEqual({ status: 200, telegram: "up" });
  });

  test("notify-4: two instances share the bot: one polls, no update is handled twice", async () => {
    const notify = await open();
    const second = notify.make();
    const ada = await notify.people.started();
    await second.start();
    for (let n = 0; n < 5; n += 1) await notify.people.say(ada.id, "/help");
    await waitFor(() => notify.people.fromBot(ada.id).length === 6);
    await second.stop();
    expect(notify.people.fromBot(ada.id)).toHaveLength(6);
    expect(notify.sandbox.outbox().filter(({ status }) => status === 409)).toEqual([]);
  });

  test("notify-4: while an instance that died has the lease nobody polls; once it has run out, another does, and nothing is lost", async () => {
    const notify = await open({ started: false });
    const { database, sandbox, people } = notify;
    await database.db.execute(`insert into outbox_lease (name, holder, until)
      values ('${LEASE}', '${newId()}', clock_timestamp() + interval '1 hour')`);
    const second = notify.make();
    await Promise.all([notify.notify.start(), second.start()]);
    const ada = await people.add();
    await people.start(ada.id);
    const calls = (method: string) => sandbox.outbox().filter((call) => call.method === method);
    await waitFor(() => calls("setChatMenuButton").length === 2, { what: "both to know the bot" });
    expect(calls("getUpdates")).toEqual([]);
    await database.db.execute(`update outbox_lease set until = clock_timestamp() where name = '${LEASE}'`);
    await waitFor(() => people.fromBot(ada.id).length === 1, { timeoutMs: 20_000, what: "the greeting" });
    await second.stop();
    expect(calls("getUpdates").filter(({ status }) => status === 409)).toEqual([]);
  });

  test("notify-4: another consumer of the same bot makes it back off, give its place up and tell the admins once, not end", async () => {
    const log = silentLogger();
    const notify = await open({ log });
    const { id } = await notify.people.started();
    const admin = userSnapshot({ telegramUserId: id, role: "admin" });
    await notify.publish(envelopeOf("user.created", admin.id, { user: admin }));
    await waitFor(async () => (await notify.database.db.execute("select 1 from chat")).rows.length === 1);
    const other = `http://sandbox.local/sandbox/bot${SANDBOX_BOT_TOKEN}/getUpdates?timeout=0`;
    await notify.sandbox.botFetch(other);
    const line = await waitFor(() =>
      log.lines.find(({ message }) => message === "another consumer fetches this bot's updates"),
    );
    expect(line.fields.waitMs).toBeGreaterThanOrEqual(2_500);
    await notify.people.hears(id, /Another program fetches this bot's messages/);
    const { rows } = await notify.database.db.execute<{ free: boolean }>(
      `select until < clock_timestamp() as free from outbox_lease where name = '${LEASE}'`,
    );
    expect(rows).toEqual([{ free: true }]);
    expect(await notify.metrics.registry.metrics()).toMatch(/^notify_poll_conflicts_total 1$/m);
    expect((await readiness(notify)).status).toBe(200);
  });

  test("what was handled does not come again after a restart that forgot everything", async () => {
    const notify = await open();
    const ada = await notify.people.started();
    await notify.people.say(ada.id, "/help");
    await notify.people.hears(ada.id, /Sign in: open the link/);
    await notify.notify.stop();
    const pending = await notify.sandbox.botFetch(
      `http://sandbox.local/sandbox/bot${SANDBOX_BOT_TOKEN}/getUpdates?timeout=0`,
    );
    expect(await pending.json()).toEqual({ ok: true, result: [] });
  });

  test("the poller's place is free as soon as it stops", async () => {
    const notify = await open();
    const ada = await notify.people.started();
    await notify.notify.stop();
    const second = notify.make();
    await second.start();
    await notify.people.say(ada.id, "/help");
    await notify.people.hears(ada.id, /Sign in: open the link/);
    await second.stop();
  });
});

describe("the token", () => {
  test("notify-1: is in no log line, however Telegram fails", async () => {
    const log = silentLogger();
    const notify = await open({ log, started: false });
    const faults = [
      { method: "getMe", phase: "reset" },
      { method: "getWebhookInfo", phase: "html502" },
      { method: "setMyCommands", phase: "before", status: 500 },
      { method: "sendMessage", phase: "before", status: 401 },
      { method: "sendMessage", phase: "reset" },
      { method: "sendMessage", phase: "before", status: 429, retryAfter: 1 },
      { method: "sendMessage", phase: "html502" },
    ];
    for (const fault of faults) await notify.people.fault(fault);
    await notify.notify.start();
    const ada = await notify.people.add();
    await notify.people.start(ada.id);
    notify.auth.script.link = "code-sent";
    for (let n = 0; n < 4; n += 1) await notify.people.start(ada.id, "l_nonce");
    await notify.people.hears(ada.id, /042917/);
    const written = Bun.inspect(log.lines, { depth: 20 });
    expect(log.lines.length).toBeGreaterThan(3);
    expect(written).not.toContain(SANDBOX_BOT_TOKEN.split(":")[1]);
    expect(written).not.toContain("042917");
  });

  test("is in no log line when the address is unreachable", async () => {
    const log = silentLogger();
    const notify = await open({ log, telegram: { apiRoot: "http://127.0.0.1:1", fetch: undefined } });
    await waitFor(() => log.lines.some(({ fields }) => String(fields.reason).includes("no answer")));
    const response = await notify.internal("GET", "/internal/bot");
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain(SANDBOX_BOT_TOKEN);
    expect(Bun.inspect(log.lines, { depth: 20 })).not.toContain(SANDBOX_BOT_TOKEN.split(":")[1]);
  });
});
