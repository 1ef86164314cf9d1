import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createUpdateStore } from "./store/update-store.ts";
import { ALLOWED_UPDATES } from "./telegram/bot.ts";
import { webhookPathSecret } from "./telegram/webhook.ts";
import { openNotify } from "./testing/open-notify.ts";

const openOne = closedAfterEach(openNotify);

const SECRET = "webhook-secret-of-more-than-32-characters";
const BOT_ID = "7000000001";
const HEADER = "x-telegram-bot-api-secret-token";
const PATH = `/telegram/webhook/${webhookPathSecret(SECRET)}`;

const open = async () => {
  const notify = await openOne({
    environment: { TELEGRAM_WEBHOOK_URL: "https://shop.example", TELEGRAM_WEBHOOK_SECRET: SECRET },
  });
  const post = (
    update: unknown,
    { path = PATH, secret = SECRET }: { path?: string; secret?: string | null } = {},
  ) => notify.call("POST", path, { body: update, headers: secret === null ? {} : { [HEADER]: secret } });
  const waiting = () => createUpdateStore(notify.database.db, BOT_ID).waiting();
  /** Until all that was posted is handled, and not only stored. */
  const handled = () => waitFor(async () => (await waiting()).count === 0, { what: "updates to be handled" });
  const postHandled = async (update: unknown) => {
    const response = await post(update);
    await handled();
    return response;
  };
  return { ...notify, post, postHandled, handled };
};

/** Nobody of the sandbox. */
const STRANGER = 4242;
let nextUpdate = 1;

const nowSeconds = () => Math.floor(Date.now() / 1000);
const HIDDEN_ORIGIN = { type: "hidden_user", sender_user_name: "Ada", date: 1 };
const SOME_BOT = { id: 9, is_bot: true, first_name: "v" };

/** A message as Telegram would bring it, with whatever of it a test wants otherwise. */
const message = (me: number, change: object = {}) => ({
  message_id: nextUpdate,
  date: nowSeconds(),
  chat: { id: me, type: "private", first_name: "Ada" },
  from: { id: me, is_bot: false, first_name: "Ada", language_code: "en" },
  ...change,
});
const updateOf = (me: number, change: object = {}, kind = "message") => ({
  update_id: nextUpdate++,
  [kind]: message(me, change),
});
const command = (text: string) => ({
  text,
  entities: [{ type: "bot_command", offset: 0, length: text.split(" ")[0]?.length }],
});
const contact = (userId: number | undefined) => ({
  contact: { phone_number: "12025550100", first_name: "Ada", user_id: userId },
});

describe("the webhook", () => {
  test("notify-2: is registered with Telegram, and updates come through it", async () => {
    const { sandbox, people } = await open();
    await waitFor(() =>
      sandbox.outbox().some(({ method, status }) => method === "setWebhook" && status === 200),
    );
    const ada = await people.started();
    expect(people.fromBot(ada.id)[0]?.text).toContain("Welcome to Tea & Co");
  });

  test("notify-5: refuses a wrong path, a wrong secret and none, with an empty 401", async () => {
    const { post, auth } = await open();
    const update = updateOf(STRANGER, command("/start l_nonce"));
    const refused = [
      await post(update, { path: "/telegram/webhook/guess" }),
      await post(update, { secret: "wrong" }),
      await post(update, { secret: null }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(await Promise.all(refused.map((response) => response.text()))).toEqual(["", "", ""]);
    expect(auth.calls).toEqual([]);
  });

  test("notify-2: does not exist without TELEGRAM_WEBHOOK_URL", async () => {
    const notify = await openOne({ started: false });
    expect((await notify.call("POST", PATH, { body: {}, headers: { [HEADER]: SECRET } })).status).toBe(404);
  });

  test("notify-5: answers 400 to what is no update, without a word", async () => {
    const { post, notify } = await open();
    for (const response of [
      await post({ hello: 1 }),
      await notify.fetch(
        new Request(`http://notify${PATH}`, { method: "POST", headers: { [HEADER]: SECRET }, body: "{" }),
      ),
    ]) {
      expect([response.status, await response.text()]).toEqual([400, ""]);
    }
  });

  test("notify-6: handles an update that comes five times at once only once", async () => {
    const { post, handled, auth } = await open();
    const update = updateOf(STRANGER, command("/start l_nonce"));
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(update)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await handled();
    expect(auth.callsTo("/links")).toHaveLength(1);
    await post(update);
    await post(updateOf(STRANGER, command("/start l_other")));
    await handled();
    expect(auth.callsTo("/links").map(({ body }) => body.nonce)).toEqual(["nonce", "other"]);
  });

  test("notify-6: answers 200 once the update is stored, however long it takes to handle", async () => {
    const { post, handled, auth } = await open();
    const held = Promise.withResolvers<void>();
    auth.script.before = held.promise;
    expect((await post(updateOf(STRANGER, command("/start l_slow")))).status).toBe(200);
    await waitFor(() => auth.callsTo("/links").length === 1);
    expect((await post(updateOf(STRANGER, command("/start l_next")))).status).toBe(200);
    expect(auth.callsTo("/links")).toHaveLength(1);
    held.resolve();
    await handled();
    expect(auth.callsTo("/links")).toHaveLength(2);
  });

  test("notify-6: answers 503 when the update cannot be stored, keeps nothing of it, and takes it when it comes again", async () => {
    const { post, handled, auth, database } = await open();
    const update = updateOf(STRANGER, command("/start l_nonce"));
    await database.db.execute("alter table telegram_update rename to away");
    const refused = await post(update);
    expect([refused.status, await refused.text()]).toEqual([503, ""]);
    await database.db.execute("alter table away rename to telegram_update");
    expect(auth.callsTo("/links")).toEqual([]);
    expect((await post(update)).status).toBe(200);
    await handled();
    expect(auth.callsTo("/links")).toHaveLength(1);
  });

  test("notify-6: an update that was stored when the process died is handled by the next, a chat's in order, and leaves nothing but its id", async () => {
    const { post, notify, make, auth, people, database } = await open();
    const { id: me } = await people.started();
    const held = Promise.withResolvers<void>();
    auth.script.before = held.promise;
    for (const nonce of ["one", "two", "three"]) await post(updateOf(me, command(`/start l_${nonce}`)));
    await waitFor(() => auth.callsTo("/links").length === 1, { what: "the first to be begun" });
    // As a death leaves it: nobody prolongs the claim, and nobody will say that it is done.
    await database.db.execute(
      "update telegram_update set claimed_until = now() - interval '1 second' where update_id in (select min(update_id) from telegram_update where payload is not null)",
    );
    const stopped = notify.stop();
    const next = make();
    await next.start();
    await waitFor(() => auth.callsTo("/links").length >= 2, { what: "the next instance to begin it again" });
    held.resolve();
    await stopped;
    const rows = () =>
      database.db.execute<{ waiting: number }>("select count(payload)::int as waiting from telegram_update");
    await waitFor(async () => (await rows()).rows[0]?.waiting === 0, { what: "all to be handled" });
    await next.stop();
    const nonces = auth.callsTo("/links").map(({ body }) => body.nonce);
    expect(nonces.slice(0, 2)).toEqual(["one", "one"]);
    expect(nonces.slice(2)).toEqual(["two", "three"]);
    const { rows: left } = await database.db.execute(
      "select distinct chat_id, payload, claimed_until from telegram_update",
    );
    expect(left).toEqual([{ chat_id: null, payload: null, claimed_until: null }]);
  });

  test("notify-8: asks for the kinds of updates that it reads, and never for those that wait to be dropped", async () => {
    const { sandbox } = await open();
    const set = await waitFor(() =>
      sandbox.outbox().find(({ method, status }) => method === "setWebhook" && status === 200),
    );
    expect(set.params.allowed_updates).toEqual([...ALLOWED_UPDATES]);
    const source = new Bun.Glob("notify/**/*.ts").scan({ cwd: new URL("..", import.meta.url).pathname });
    for await (const path of source) {
      if (path.endsWith(".test.ts")) continue;
      expect(await Bun.file(new URL(`../${path}`, import.meta.url)).text()).not.toContain("drop_pending");
    }
  });
});

describe("auth-10 at the door: nothing is bound by", () => {
  /** What is wrong with the contact, in the message, and what is written down of it. */
  const violations: readonly [string, (me: number) => object, string][] = [
    ["a group", () => ({ chat: { id: -5, type: "group", title: "g" } }), "not-private"],
    ["another chat", (me) => ({ chat: { id: me + 1, type: "private" } }), "other-chat"],
    ["a bot", (me) => ({ from: { id: me, is_bot: true, first_name: "b" } }), "from-a-bot"],
    ["somebody else's contact", () => contact(5), "not-own"],
    ["a contact without an account", () => contact(undefined), "not-own"],
    ["a forwarded contact", () => ({ forward_origin: HIDDEN_ORIGIN }), "forwarded"],
    ["a contact via a bot", () => ({ via_bot: SOME_BOT }), "via-bot"],
    ["an old contact", () => ({ date: nowSeconds() - 660 }), "too-old"],
  ];

  test.each(violations)("%s, which is written down", async (_, change, problem) => {
    const { postHandled, auth, people } = await open();
    const { id: me } = await people.started();
    await postHandled(updateOf(me, command("/start l_nonce")));
    const before = people.fromBot(me).length;
    const violation = () => updateOf(me, { ...contact(me), ...change(me) });
    expect((await postHandled(violation())).status).toBe(200);
    expect(auth.callsTo("/contacts")).toEqual([]);
    const answers = people.fromBot(me).slice(before);
    for (const { text } of answers) expect(text).toMatch(/use the button below/);
    await postHandled(violation());
    // Once in a while: nobody fills the log by sharing.
    expect(auth.callsTo("/refused-contacts").map(({ body }) => body)).toEqual([
      { telegramUserId: me, problem },
    ]);
    await postHandled(updateOf(me, contact(me)));
    expect(auth.callsTo("/contacts")).toHaveLength(1);
  });

  test("a contact that was not asked for, which is written down", async () => {
    const { postHandled, auth, people } = await open();
    const { id: me } = await people.started();
    await postHandled(updateOf(me, contact(me)));
    await people.hears(me, /need no contact now/);
    expect(auth.callsTo("/contacts")).toEqual([]);
    expect(auth.callsTo("/refused-contacts").map(({ body }) => body)).toEqual([
      { telegramUserId: me, problem: "nothing-pending" },
    ]);
  });

  test("an edited message, for which Telegram is not asked and which is no contact when it comes", async () => {
    const { postHandled, auth, people } = await open();
    const { id: me } = await people.started();
    await postHandled(updateOf(me, command("/start l_nonce")));
    expect((await postHandled(updateOf(me, contact(me), "edited_message"))).status).toBe(200);
    expect(auth.callsTo("contacts")).toEqual([]);
    expect(ALLOWED_UPDATES).not.toContain("edited_message");
    await postHandled(updateOf(me, contact(me)));
    expect(auth.callsTo("/contacts")).toHaveLength(1);
  });

  test("a refused one, and the person is answered, also where auth is away", async () => {
    const { postHandled, auth, people } = await open();
    const { id: me } = await people.started();
    await postHandled(updateOf(me, command("/start l_nonce")));
    auth.script.down = true;
    await postHandled(updateOf(me, { ...contact(me), forward_origin: HIDDEN_ORIGIN }));
    await people.hears(me, /use the button below/);
  });

  test("a forwarded contact from the sandbox: the button is shown again", async () => {
    const { auth, people } = await open();
    const ada = await people.started();
    await people.start(ada.id, "l_nonce");
    await people.hears(ada.id, /Share your phone number/);
    await people.shareContact(ada.id, { forwarded: true });
    const again = await people.hears(ada.id, /use the button below/);
    expect(again.keyboard).toMatchObject({ rows: [[{ request_contact: true }]] });
    await people.shareContact(ada.id, { phone: "+491700000000", userId: 5 });
    await waitFor(
      () => people.fromBot(ada.id).filter(({ text }) => text.includes("use the button")).length === 2,
    );
    expect(auth.callsTo("/contacts")).toEqual([]);
  });
});

describe("auth-23: being in a group with the bot", () => {
  const group = { chat: { id: -5, type: "group", title: "Admins" } };

  test("grants nothing: a link that is opened there opens no sign-in, and the group becomes nobody's chat", async () => {
    const { postHandled, auth, people, database } = await open();
    const { id: me } = await people.started();
    await postHandled(updateOf(me, { ...command("/start l_nonce"), ...group }));
    await postHandled(updateOf(me, { ...command("/start"), ...group }));
    await postHandled(updateOf(me, { ...contact(me), ...group }));
    expect(auth.calls.filter(({ path }) => !path.endsWith("/refused-contacts"))).toEqual([]);
    const { rows } = await database.db.execute("select chat_id from chat");
    expect(rows).toEqual([]);
  });

  test("a tap counts for who taps, not for whose message it is or where", async () => {
    const { postHandled, auth, people } = await open();
    const { id: me } = await people.started();
    const [challengeId, sessionId] = [crypto.randomUUID(), crypto.randomUUID()];
    for (const data of [`n:${challengeId}`, `s:${sessionId}`])
      await postHandled({
        update_id: nextUpdate++,
        callback_query: {
          ...{ id: String(nextUpdate), chat_instance: "1", data },
          from: { id: STRANGER, is_bot: false, first_name: "Mallory" },
          message: message(me, group),
        },
      });
    expect(auth.calls).toEqual([
      { path: `/internal/challenges/${challengeId}/deny`, body: { telegramUserId: STRANGER } },
      { path: `/internal/sessions/${sessionId}/deny`, body: { telegramUserId: STRANGER } },
    ]);
  });
});
