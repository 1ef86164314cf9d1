import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { z } from "zod";
import { SANDBOX_BOT_TOKEN } from "../sandbox/sandbox.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { focused, namelessControls, pageFrame, tabTo } from "./accessibility.ts";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";

setDefaultTimeout(60_000);

const challengeSchema = z.object({ challengeId: z.string(), challengeSecret: z.string(), deepLink: z.url() });
const sessionSchema = z.looseObject({ accessToken: z.string() });
const orderSchema = z.looseObject({ id: z.string(), number: z.string() });
const productsSchema = z.object({
  items: z.array(z.looseObject({ sku: z.string(), stock: z.looseObject({ inStock: z.boolean() }) })),
});

const bootstrapSchema = z.object({ token: z.string() });
const sentSchema = z.object({ result: z.object({ message_id: z.int() }) });
const HOSTILE =
  "<p id='said'>Nothing ran</p><script>parent.document.title = 'taken'; said.textContent = 'ran'</script><img src='x' onerror=\"said.textContent = 'ran'\">";

const describePage = () => {
  let kiosk: KioskInBrowser;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
  });
  afterAll(() => kiosk?.close());

  const createPerson = async (page: Page, firstName: string, phone: string) => {
    await page.locator("#new-person:not([hidden])").waitFor();
    if (!(await page.getByLabel("First name").isVisible())) await page.getByText("New person").click();
    await page.getByLabel("First name").fill(firstName);
    await page.getByLabel("Phone", { exact: true }).fill(phone);
    await page.getByRole("button", { name: "Create" }).click();
  };

  const askForCode = async (phone: string) => {
    const { body } = await createApiClient(kiosk.url).expect(202, challengeSchema, "/v1/auth/otp/request", {
      method: "POST",
      body: { phone },
    });
    return body;
  };

  const verify = async (challenge: z.infer<typeof challengeSchema>, code: string) => {
    const { body } = await createApiClient(kiosk.url).expect(200, sessionSchema, "/v1/auth/otp/verify", {
      method: "POST",
      body: { challengeId: challenge.challengeId, challengeSecret: challenge.challengeSecret, code },
    });
    return body.accessToken;
  };

  /** Orders one of the first product in stock. */
  const order = async (token: string) => {
    const api = createApiClient(kiosk.url);
    const { body: products } = await api.expect(200, productsSchema, "/v1/products");
    const sku = products.items.find(({ stock }) => stock.inStock)?.sku;
    const { body } = await api.expect(201, orderSchema, "/v1/orders", {
      method: "POST",
      body: { lines: [{ sku, quantity: 1 }] },
      token,
      headers: { "idempotency-key": crypto.randomUUID() },
    });
    return body;
  };

  test("emulator-20: a newcomer goes from a deep link to a code and an order card by keyboard alone", async () => {
    const { page, problems } = await kiosk.open({ permissions: ["clipboard-read", "clipboard-write"] });
    const phone = "+12025550161";
    const challenge = await askForCode(phone);
    await page.goto(challenge.deepLink);
    await page.getByText("Create a person first").waitFor();
    expect(await pageFrame(page)).toEqual({ language: "en", hasTitle: true, mains: 1, headings: 1 });

    await tabTo(page, "First name");
    await page.keyboard.type("Ben");
    await tabTo(page, "Phone");
    await page.keyboard.type(phone);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Open the bot as Ben" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");

    const share = page.getByRole("button", { name: "Share my phone number" });
    await share.waitFor();
    // The next thing to do has the focus: the button at once, where the bot has answered as quickly as the page was drawn.
    if ((await focused(page)) === "Message") await tabTo(page, "Share my phone number");
    await share.and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");

    const code = page.locator("button.code.one-time");
    const digits = (await code.textContent()) ?? "";
    expect(digits).toMatch(/^\d{6,8}$/);
    await page.locator("#text:focus").waitFor();
    await tabTo(page, `Copy ${digits}`, "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByText(`Copied ${digits}`).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(digits);
    expect(await namelessControls(page)).toEqual([]);

    const { number } = await order(await verify(challenge, digits));
    await page.getByRole("log").getByText(`Order ${number}`).waitFor();
    expect(problems).toEqual([]);
  });

  test("an order card changes in its place while the chat is open", async () => {
    const { page, problems } = await kiosk.open();
    const phone = "+12025550162";
    const challenge = await askForCode(phone);
    await page.goto(challenge.deepLink);
    await createPerson(page, "Cleo", phone);
    await page.getByRole("button", { name: "Open the bot as Cleo" }).click();
    await page.getByRole("button", { name: "Share my phone number" }).click();
    const token = await verify(challenge, (await page.locator("button.code.one-time").textContent()) ?? "");
    const { id, number } = await order(token);
    const shown = page
      .getByRole("listitem")
      .filter({ hasText: `Order ${number}` })
      .filter({ hasText: "Confirmed" });
    const card = page.locator(`#messages > [data-id="${await shown.getAttribute("data-id")}"]`);
    await createApiClient(kiosk.url).expect(200, z.unknown(), `/v1/orders/${id}/cancel`, {
      method: "POST",
      body: {},
      token,
    });
    // Beside the edit the bot says it in a new message, for an edit makes no sound; the card is told by its id.
    await card
      .filter({ hasText: `Order ${number}` })
      .filter({ hasText: "Cancelled" })
      .waitFor();
    expect(await card.textContent()).toContain("edited");
    expect(await card.textContent()).not.toContain("Confirmed");
    expect(problems).toEqual([]);
  });

  test("the bot's commands stay while a person starts, blocks and unblocks it", async () => {
    const { page, problems } = await kiosk.open();
    await page.goto(`${kiosk.url}/sandbox`);
    await createPerson(page, "Dalia", "+12025550163");
    await page.getByText("you are Dalia").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    const help = page.getByRole("group", { name: "Commands" }).getByRole("button", { name: "/help" });
    await help.waitFor();
    await page.getByRole("button", { name: "Block", exact: true }).click();
    await page.getByText("you blocked this bot").waitFor();
    await help.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Unblock", exact: true }).click();
    await help.waitFor();
    expect(problems).toEqual([]);
  });

  /** What a bot or a shop would send, by the token that the page gets on this machine. */
  const openSandboxDoors = async () => {
    const bootstrap = await fetch(`${kiosk.url}/sandbox/page/bootstrap.json`);
    const { token } = bootstrapSchema.parse(await bootstrap.json());
    const post = async (path: string, body: unknown): Promise<unknown> => {
      const headers = { "x-sandbox-token": token, "content-type": "application/json" };
      const answer = await fetch(`${kiosk.url}/sandbox${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      expect(answer.ok).toBe(true);
      return answer.json();
    };
    const bot = (method: string, body: unknown) => post(`/bot${SANDBOX_BOT_TOKEN}/${method}`, body);
    return { post, bot };
  };

  test("a group is made, written in and read by another person, and the bot's card changes in its place", async () => {
    const { page, problems } = await kiosk.open();
    const { bot } = await openSandboxDoors();
    await page.goto(`${kiosk.url}/sandbox`);
    await createPerson(page, "Farah", "+12025550165");
    await page.getByText("you are Farah").waitFor();
    await createPerson(page, "فرح", "+12025550166");
    await page.getByText("you are فرح").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();

    await page.getByText("New group").click();
    await page.getByLabel("Title").fill("Warehouse");
    await tabTo(page, "Farah");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Warehouse" }).waitFor();
    await page.getByText("3 members, you are فرح").waitFor();
    await page.getByText("Kiosk joined the group").waitFor();
    expect(await namelessControls(page)).toEqual([]);

    const hello = "مرحبا بالجميع";
    await page.getByLabel("Message", { exact: true }).fill(hello);
    await page.keyboard.press("Enter");
    const said = page.getByRole("log").getByText(hello);
    await said.waitFor();
    expect(await said.evaluate((node) => getComputedStyle(node).direction)).toBe("rtl");

    const groups = await page.evaluate(async () => {
      const { token } = await (await fetch("/sandbox/page/bootstrap.json")).json();
      const answer = await fetch("/sandbox/api/groups", { headers: { "x-sandbox-token": token } });
      return (await answer.json()).items as { id: number; title: string }[];
    });
    const chat_id = groups.find(({ title }) => title === "Warehouse")?.id;
    const sent = sentSchema.parse(await bot("sendMessage", { chat_id, text: "Order 9 is new" }));
    await page.getByRole("log").getByText("Order 9 is new").waitFor();
    await bot("editMessageText", { chat_id, message_id: sent.result.message_id, text: "Order 9 is packed" });
    await page.getByRole("log").getByText("Order 9 is packed").waitFor();

    await page.getByRole("button", { name: "Farah" }).click();
    await page.getByRole("button", { name: "Warehouse" }).click();
    await page.getByText("3 members, you are Farah").waitFor();
    await page.getByRole("listitem").filter({ hasText: hello }).filter({ hasText: "فرح" }).waitFor();
    expect(problems).toEqual([]);
  });

  test("mail lands beside the chats, and its HTML is shown without its scripts and pictures from elsewhere", async () => {
    const { page, problems } = await kiosk.open();
    const { post } = await openSandboxDoors();
    const mail = {
      to: "gita@example.org",
      from: "Kiosk <shop@example.org>",
      subject: "Order 7 is on its way",
    };
    await page.goto(`${kiosk.url}/sandbox`);
    await page.getByRole("button", { name: "Mail" }).waitFor();
    await post("/mail", { ...mail, subject: "Plain", text: "Only text." });
    await post("/mail", {
      ...mail,
      html: "<!doctype html><html><body><p style='color: rgb(11, 110, 102)'>It left us today.</p><a href='https://shop.example/orders/7'>See it</a></body></html>",
    });
    await page.getByRole("button", { name: "Mail (2)" }).click();
    await page.getByRole("button", { name: "Back to the chat" }).and(page.locator(":focus")).waitFor();
    await tabTo(page, "Order 7 is on its way");
    await page.keyboard.press("Enter");
    const shown = page.frameLocator("iframe").getByText("It left us today.");
    await shown.waitFor();
    expect(await shown.evaluate((node) => getComputedStyle(node).color)).toBe("rgb(11, 110, 102)");
    expect(await page.frameLocator("iframe").getByRole("link").getAttribute("href")).toBe(
      "https://shop.example/orders/7",
    );
    expect(await namelessControls(page)).toEqual([]);
    expect(problems).toEqual([]);

    await post("/mail", { ...mail, subject: "Hostile", html: HOSTILE });
    await page.getByRole("button", { name: "Hostile" }).click();
    await page.frameLocator("iframe").getByText("Nothing ran").waitFor();
    expect(await page.title()).toBe("Telegram sandbox");
    await page.getByRole("button", { name: "Plain" }).click();
    await page.getByText("Only text.").waitFor();
    await page.getByRole("button", { name: "Back to the chat" }).click();
    await page.getByRole("region", { name: "Chat", exact: true }).waitFor();
  });

  test("on a phone the whole chat fits the screen", async () => {
    const screen = { width: 390, height: 844 };
    const { page, problems } = await kiosk.open({ viewport: screen, hasTouch: true, isMobile: true });
    await page.goto(`${kiosk.url}/sandbox`);
    await createPerson(page, "Emeka", "+12025550164");
    await page.getByText("you are Emeka").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    const send = page.getByRole("button", { name: "Send" });
    await send.waitFor();
    const box = await send.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(screen.height);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(screen.width);
    expect(await namelessControls(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
};

const title = "the sandbox page in a browser";
if (hasChromium(title)) describe(title, describePage);
