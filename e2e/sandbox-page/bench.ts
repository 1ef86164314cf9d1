import { expect } from "bun:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { z } from "zod";
import { SANDBOX_BOT_TOKEN } from "../../sandbox/sandbox.ts";
import { createApiClient } from "../../tools/client/api-client.ts";
import type { KioskInBrowser } from "../browser.ts";

const challengeSchema = z.object({ challengeId: z.string(), challengeSecret: z.string(), deepLink: z.url() });
const sessionSchema = z.looseObject({ accessToken: z.string() });
const orderSchema = z.looseObject({ id: z.string(), number: z.string() });
const productsSchema = z.object({
  items: z.array(z.looseObject({ sku: z.string(), stock: z.looseObject({ inStock: z.boolean() }) })),
});
const bootstrapSchema = z.object({ token: z.string() });

/** A sign-in that has begun. */
type Challenge = z.infer<typeof challengeSchema>;

/** Makes a person on the chat page. */
export const createPerson = async (page: Page, firstName: string, phone: string): Promise<void> => {
  await page.locator("#new-person:not([hidden])").waitFor();
  if (!(await page.getByLabel("First name").isVisible())) await page.getByText("New person").click();
  await page.getByLabel("First name").fill(firstName);
  await page.getByLabel("Phone", { exact: true }).fill(phone);
  await page.getByRole("button", { name: "Create" }).click();
};

/** What the tests of the sandbox's pages share: one Kiosk and one browser, which are there once a test runs. */
export const createBench = (kiosk: () => KioskInBrowser) => {
  const api = () => createApiClient(kiosk().url);
  /** What a bot or a shop would send, below `/sandbox`, by the token that the page gets on this machine. */
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const bootstrap = await fetch(`${kiosk().url}/sandbox/page/bootstrap.json`);
    const { token } = bootstrapSchema.parse(await bootstrap.json());
    const headers = { "x-sandbox-token": token, "content-type": "application/json" };
    const call = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(`${kiosk().url}/sandbox${path}`, call);
    expect(answer.ok).toBe(true);
    return answer.json();
  };
  return {
    openPage: (options?: BrowserContextOptions) => kiosk().open(options),
    url: () => kiosk().url,
    post,
    /** A call of the Bot API. */
    bot: (method: string, body: unknown) => post(`/bot${SANDBOX_BOT_TOKEN}/${method}`, body),
    async askForCode(phone: string): Promise<Challenge> {
      const call = { method: "POST", body: { phone } } as const;
      return (await api().expect(202, challengeSchema, "/v1/auth/otp/request", call)).body;
    },
    /** Answers the access token. */
    async verify({ challengeId, challengeSecret }: Challenge, code: string): Promise<string> {
      const call = { method: "POST", body: { challengeId, challengeSecret, code } } as const;
      return (await api().expect(200, sessionSchema, "/v1/auth/otp/verify", call)).body.accessToken;
    },
    /** Orders one of the first product in stock. */
    async order(token: string) {
      const { body: products } = await api().expect(200, productsSchema, "/v1/products");
      const sku = products.items.find(({ stock }) => stock.inStock)?.sku;
      const headers = { "idempotency-key": crypto.randomUUID() };
      const call = { method: "POST", body: { lines: [{ sku, quantity: 1 }] }, token, headers } as const;
      return (await api().expect(201, orderSchema, "/v1/orders", call)).body;
    },
  };
};

export type Bench = ReturnType<typeof createBench>;
