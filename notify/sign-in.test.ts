import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openNotify } from "./testing/open-notify.ts";

const open = closedAfterEach(openNotify);
describe("signing in by the bot", () => {
  test("bot-3: a first sign-in asks for the contact, binds it, and brings the code", async () => {
    const { people, auth } = await open();
    const ada = await people.add();
    await people.start(ada.id, "l_AAAAAAAAAAAAAAAAAAAAAA");
    const asked = await people.hears(ada.id, /Share your phone number/);
    expect(asked.keyboard).toMatchObject({
      kind: "keyboard",
      rows: [[{ text: "📱 Share my phone number", request_contact: true }]],
    });
    expect(auth.callsTo("/links")[0]?.body).toMatchObject({
      nonce: "AAAAAAAAAAAAAAAAAAAAAA",
      account: { id: ada.id, firstName: "Ada", languageCode: "en" },
    });

    await people.shareContact(ada.id);
    const thanks = await people.hears(ada.id, /Thank you/);
    expect(thanks.keyboard).toEqual({ kind: "remove" });
    const code = await people.hears(ada.id, /042917/);
    expect(auth.callsTo("/contacts")[0]?.body).toMatchObject({
      phone: ada.phone.slice(1),
      account: { id: ada.id },
    });
    expect(people.fromBot(ada.id).at(-1)?.messageId).toBe(code.messageId);
  });

  test("bot-4: the code message names the shop, the place and the life, and cannot be forwarded", async () => {
    const { people, auth } = await open();
    auth.script.link = "code-sent";
    const ada = await people.add();
    await people.start(ada.id, "l_nonce");
    const message = await people.hears(ada.id, /042917/);
    expect(message.html).toContain("<b>Tea &amp; Co</b>");
    expect(message.html).toContain("<code>042917</code>");
    expect(message.text).toContain("Firefox on Linux, 203.0.113.7");
    expect(message.text).toMatch(/works for [45] min/);
    expect(message.text).toContain("Never share it");
    expect(message.protectContent).toBe(true);
    expect(message.buttons).toMatchObject([
      [{ label: "Copy the code", copyText: "042917" }],
      [{ label: "Not me", data: `n:${auth.script.challengeId}` }],
    ]);
  });

  test("Not me closes the sign-in, takes the code out of the chat and answers the tap", async () => {
    const { people, auth, sandbox } = await open();
    auth.script.link = "code-sent";
    const ada = await people.add();
    await people.start(ada.id, "l_nonce");
    const { messageId } = await people.hears(ada.id, /042917/);
    await people.tap(ada.id, { messageId, label: "Not me" });
    await waitFor(() => sandbox.outbox().some(({ method }) => method === "answerCallbackQuery"));
    expect(auth.callsTo("/deny")).toEqual([
      {
        path: `/internal/challenges/${auth.script.challengeId}/deny`,
        body: { telegramUserId: ada.id },
      },
    ]);
    const edited = await people.hears(ada.id, /this sign-in was cancelled/);
    expect(edited.messageId).toBe(messageId ?? 0);
    expect(edited?.text).not.toContain("042917");
    expect(edited?.buttons).toEqual([]);
  });

  test("a button that is none of ours is answered, and nobody is asked anything", async () => {
    const { people, auth, sandbox } = await open();
    const ada = await people.started();
    const messageId = people.fromBot(ada.id)[0]?.messageId;
    for (const data of ["x:1", "n:not-a-uuid"]) await people.tap(ada.id, { messageId, data });
    const answers = () => sandbox.outbox().filter(({ method }) => method === "answerCallbackQuery");
    await waitFor(() => answers().length === 2);
    expect(answers().every(({ status }) => status === 200)).toBe(true);
    expect(auth.calls).toEqual([]);
  });

  test("every outcome of a link is explained", async () => {
    const { people, auth } = await open();
    const said = {
      "unknown-link": /no longer valid/,
      taken: /opened by somebody else/,
      blocked: /blocked/,
      "try-later": /too often/,
    } as const;
    for (const [outcome, words] of Object.entries(said)) {
      auth.script.link = outcome as keyof typeof said;
      const person = await people.add();
      await people.start(person.id, "l_nonce");
      await people.hears(person.id, words);
    }
    const stranger = await people.add();
    await people.start(stranger.id, "zz_unknown");
    await people.hears(stranger.id, /no longer valid/);
  });

  test("another phone than the one typed in the shop is explained", async () => {
    const { people, auth } = await open();
    auth.script.contact = "other-phone";
    const ada = await people.add();
    await people.start(ada.id, "l_nonce");
    await people.hears(ada.id, /Share your phone number/);
    await people.shareContact(ada.id);
    await people.hears(ada.id, /another number/);
  });

  test("while auth is away the person is told, with a reference, and may share the contact again", async () => {
    const { people, auth } = await open();
    const ada = await people.add();
    await people.start(ada.id, "l_nonce");
    await people.hears(ada.id, /Share your phone number/);
    auth.script.down = true;
    await people.shareContact(ada.id);
    await people.hears(ada.id, /reference [0-9a-f]{8}/);
    auth.script.down = false;
    await people.shareContact(ada.id);
    await people.hears(ada.id, /042917/);
  });

  test("Arabic speakers read Arabic", async () => {
    const { people } = await open();
    const layla = await people.started({ language: "ar" });
    expect(people.fromBot(layla.id)[0]?.text).toContain("أهلاً بك");
  });

  test("free text gets one hint a minute", async () => {
    const { people, sandbox } = await open();
    const ada = await people.started();
    for (const text of ["hello", "anybody?", "/help"]) await people.say(ada.id, text);
    await people.hears(ada.id, /Sign in: open the link/);
    expect(people.fromBot(ada.id).filter(({ text }) => text.includes("free text"))).toHaveLength(1);
    expect(sandbox.outbox().every(({ status }) => status === 200)).toBe(true);
  });
});

describe("GET /internal/bot", () => {
  test("answers the bot's name and how links to it begin", async () => {
    const { internal } = await open();
    const response = await internal("GET", "/internal/bot");
    expect(await response.json()).toEqual({
      username: "kiosk_sandbox_bot",
      deepLinkBase: "http://127.0.0.1:3000/sandbox?start=",
    });
  });

  test("is for services only", async () => {
    const { call } = await open();
    expect((await call("GET", "/internal/bot")).status).toBe(401);
    expect((await call("POST", "/internal/codes", { body: {} })).status).toBe(401);
  });

  test("links to t.me where nothing else is said", async () => {
    const { internal } = await open({ telegram: { deepLinkBase: undefined } });
    const response = await internal("GET", "/internal/bot");
    expect(await response.json()).toMatchObject({ deepLinkBase: "https://t.me/kiosk_sandbox_bot?start=" });
  });
});
