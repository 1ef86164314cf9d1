import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { webhookPathSecret } from "./telegram/webhook.ts";
import { openNotify } from "./testing/open-notify.ts";

const openOne = closedAfterEach(openNotify);

const SECRET = "webhook-secret-of-more-than-32-characters";
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
  return { ...notify, post };
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
  test("is registered with Telegram, and updates come through it", async () => {
    const { sandbox, people } = await open();
    await waitFor(() =>
      sandbox.outbox().some(({ method, status }) => method === "setWebhook" && status === 200),
    );
    const ada = await people.started();
    expect(people.fromBot(ada.id)[0]?.text).toContain("Welcome to Tea & Co");
  });

  test("refuses a wrong path, a wrong secret and none, with an empty 401", async () => {
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

  test("does not exist without TELEGRAM_WEBHOOK_URL", async () => {
    const notify = await openOne({ started: false });
    expect((await notify.call("POST", PATH, { body: {}, headers: { [HEADER]: SECRET } })).status).toBe(404);
  });

  test("answers 400 to what is no update, without a word", async () => {
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

  test("handles an update that comes five times at once only once", async () => {
    const { post, auth } = await open();
    const update = updateOf(STRANGER, command("/start l_nonce"));
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(update)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(auth.callsTo("/links")).toHaveLength(1);
  });
});

describe("auth-10 at the door: nothing is bound by", () => {
  const violations: readonly [string, (me: number) => object, boolean][] = [
    ["an edited message", (me) => updateOf(me, contact(me), "edited_message"), true],
    ["a group", (me) => updateOf(me, { ...contact(me), chat: { id: -5, type: "group", title: "g" } }), true],
    ["another chat", (me) => updateOf(me, { ...contact(me), chat: { id: me + 1, type: "private" } }), true],
    [
      "a bot",
      (me) => updateOf(me, { ...contact(me), from: { id: me, is_bot: true, first_name: "b" } }),
      true,
    ],
    ["somebody else's contact", (me) => updateOf(me, contact(5)), true],
    ["a contact without an account", (me) => updateOf(me, contact(undefined)), true],
    ["a forwarded contact", (me) => updateOf(me, { ...contact(me), forward_origin: HIDDEN_ORIGIN }), true],
    ["a contact via a bot", (me) => updateOf(me, { ...contact(me), via_bot: SOME_BOT }), true],
    ["an old contact", (me) => updateOf(me, { ...contact(me), date: nowSeconds() - 660 }), true],
    ["a contact that was not asked for", (me) => updateOf(me, contact(me)), false],
  ];

  test.each(violations)("%s", async (_, violation, asked) => {
    const { post, auth, people } = await open();
    const { id: me } = await people.started();
    if (asked) await post(updateOf(me, command("/start l_nonce")));
    const before = people.fromBot(me).length;
    expect((await post(violation(me))).status).toBe(200);
    expect(auth.callsTo("/contacts")).toEqual([]);
    const answers = people.fromBot(me).slice(before);
    for (const { text } of answers) expect(text).toMatch(/use the button below|need no contact now/);
    if (asked) {
      await post(updateOf(me, contact(me)));
      expect(auth.callsTo("/contacts")).toHaveLength(1);
    }
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
