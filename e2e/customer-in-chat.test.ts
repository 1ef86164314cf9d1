import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { type ChatMessage, createSandboxClient, type SandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { type OneProcess, openOneProcess } from "./one-process.ts";

setDefaultTimeout(120_000);

let shop: OneProcess;
let api: ApiClient;
let sandbox: SandboxClient;
let token: string;
beforeAll(async () => {
  shop = await openOneProcess({ SHOP_SUPPORT: "@kiosk_support" });
  api = createApiClient(shop.url);
  token = readKeptSecrets(shop.dataDir).SANDBOX_TOKEN ?? "";
  sandbox = createSandboxClient(api, token);
});
afterAll(() => shop?.close());

const productsSchema = z.object({ items: z.array(z.object({ sku: z.string(), name: z.string() })) });
const ordersSchema = z.object({
  items: z.array(z.object({ id: z.string(), number: z.string(), status: z.string() })),
});
const orderSchema = z.object({ id: z.string(), number: z.string(), status: z.string() });

/** One person's chat, and what they do in it. */
const chatOf = ({ personId }: SignedIn) => {
  const fromBot = async () => (await sandbox.messages(personId)).filter(({ from }) => from === "bot");
  const newest = async (matches: (message: ChatMessage) => boolean) => (await fromBot()).findLast(matches);
  const sees = (pattern: RegExp, label?: string) =>
    waitFor(
      () =>
        newest(
          ({ text, buttons }) =>
            pattern.test(text) && (label === undefined || buttons.flat().some((one) => one.label === label)),
        ),
      { what: `a message like ${pattern}, with the button ${label}`, timeoutMs: 20_000 },
    );
  return {
    sees,
    fromBot,
    say: (text: string) => sandbox.say(personId, text),
    open: (payload?: string) => sandbox.start(personId, payload),
    /** Taps on the newest message like this that has the button. */
    async tap(pattern: RegExp, label: string) {
      const { messageId } = await sees(pattern, label);
      await sandbox.tap(personId, messageId, label);
    },
    async transcript(): Promise<string> {
      const path = `/sandbox/api/people/${personId}/transcript`;
      const response = await fetch(`${shop.url}${path}`, { headers: { "x-sandbox-token": token } });
      return response.text();
    },
  };
};

describe("bot-20: a customer's journey in the chat", () => {
  test("bot-20: from an order to its cancellation, and to another one", async () => {
    const nora = await signIn(api, sandbox, { firstName: "Nora", phone: "+15550350001" });
    const chat = chatOf(nora);
    const own = async () =>
      (await api.expect(200, ordersSchema, "/v1/orders", { token: nora.accessToken })).body.items;
    const statusOf = async (id: string) => (await own()).find((order) => order.id === id)?.status;
    const { body: products } = await api.expect(200, productsSchema, "/v1/products?inStock=true&limit=1");
    const [product] = products.items;
    const { body: first } = await api.expect(201, orderSchema, "/v1/orders", {
      ...{ method: "POST", token: nora.accessToken },
      body: { lines: [{ sku: product?.sku ?? "", quantity: 1 }] },
    });
    const firstCard = new RegExp(`^Order ${first.number}`);

    await chat.tap(firstCard, "Cancel the order");
    await chat.tap(firstCard, "No");
    await chat.tap(firstCard, "Cancel the order");
    await chat.tap(firstCard, "Yes, cancel it");
    await chat.sees(new RegExp(`Your order ${first.number} has been cancelled`));
    expect(await statusOf(first.id)).toBe("cancelled");
    const card = await chat.sees(firstCard, "Order again");
    expect(card.text).toContain("Cancelled");
    expect(card.buttons.flat().map(({ label }) => label)).toEqual(["Order again", "Support"]);

    await chat.tap(firstCard, "Order again");
    await chat.tap(firstCard, "Yes, order at today's prices");
    await chat.sees(/is placed/);
    const second = (await own()).find(({ id }) => id !== first.id);
    expect(second?.status).toBe("confirmed");
    const secondCard = new RegExp(`^Order ${second?.number}`);
    await chat.sees(secondCard, "Cancel the order");

    await chat.say("/orders");
    const list = await chat.sees(/Your last orders/);
    expect(list.buttons).toHaveLength(2);
    const { messageId: before } = await chat.sees(secondCard);
    await sandbox.tap(nora.personId, list.messageId, list.buttons[0]?.[0]?.label ?? "");
    await waitFor(async () => (await chat.sees(secondCard)).messageId > before, { what: "the card anew" });
    const shown = (await chat.fromBot()).filter(({ text }) => secondCard.test(text));
    expect(shown).toHaveLength(1);

    await chat.open(`p_${product?.sku}`);
    await chat.sees(/In stock: \d+/);
    await chat.tap(secondCard, "Support");
    await chat.sees(/@kiosk_support/);

    const transcript = await chat.transcript();
    expect(transcript).not.toContain("did not work");
    expect(transcript.match(new RegExp(`Bot: Order ${second?.number}`, "g"))).toHaveLength(1);
  });

  // A person of their own: nobody taps as fast as a test for as long, and the bot drops what does.
  test("bot-20: another language, signing out everywhere, and the end of the account", async () => {
    const omar = await signIn(api, sandbox, { firstName: "Omar", phone: "+15550350002" });
    const chat = chatOf(omar);
    const me = async () => api.send("/v1/users/me", { token: omar.accessToken });
    await chat.say("/language");
    await chat.tap(/Which language/, "العربية");
    await chat.sees(/من الآن أكتب لك بالعربية/);
    expect((await me()).body).toMatchObject({ language: "ar" });
    await chat.say("/language");
    await chat.tap(/بأي لغة/, "English");
    await chat.sees(/From now on I write in English/);

    await chat.say("/logout");
    await chat.tap(/Sign out everywhere/, "Sign out everywhere");
    await chat.sees(/signed out on all devices/);
    await waitFor(async () => (await me()).status === 401, { what: "the end of the session" });

    await chat.say("/privacy");
    await chat.tap(/what is stored about you/, "Delete my account");
    await chat.tap(/Delete your account/, "Yes, go on");
    await chat.tap(/cannot be undone/, "Delete everything now");
    await chat.sees(/Your account is being deleted/);
    await chat.say("/orders");
    await chat.sees(/no account for this chat/);
    expect(await chat.transcript()).not.toContain("did not work");
  });
});
