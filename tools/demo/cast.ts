import { z } from "zod";
import { type ApiClient, createApiClient } from "../client/api-client.ts";
import type { ShopUnderUse } from "../client/running-kiosk.ts";
import { createSandboxClient, type SandboxClient } from "../client/sandbox-client.ts";
import { type SignedIn, signIn } from "../client/sign-in.ts";

/** How long the catalogue may take to show a stock that has just changed. */
const LIVE_STOCK_TIMEOUT_MS = 15_000;
const LIVE_STOCK_POLL_MS = 50;

export const productSchema = z.object({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  stock: z.object({ available: z.int(), inStock: z.boolean() }),
});

/** Everybody and everything that a scene needs. */
export interface Cast {
  readonly api: ApiClient;
  readonly sandbox: SandboxClient;
  /** The product of this walk: new each time, so that walks do not disturb each other. */
  readonly sku: string;
  readonly merchant: SignedIn;
  readonly ben: SignedIn;
  readonly cleo: SignedIn;
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Announces a step and ticks it when it has been done. */
export const step = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  process.stdout.write(`  ${what} … `);
  const result = await work();
  say("ok");
  return result;
};

export const assert = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`not as told: ${what}`);
};

const randomPhone = (): string => `+1555${String(Math.floor(Math.random() * 10_000_000)).padStart(7, "0")}`;

/** Signs everybody in, each by a code from the bot. */
export const gather = async ({ url, sandboxToken }: ShopUnderUse, merchantPhone: string): Promise<Cast> => {
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, sandboxToken);
  const enter = (firstName: string, phone: string) => () => signIn(api, sandbox, { firstName, phone });
  const merchant = await step(
    "Ada, the merchant, signs in with a code from the bot",
    enter("Ada", merchantPhone),
  );
  assert(merchant.role === "admin", "the merchant's role is admin");
  const ben = await step("Ben, a customer, signs in for the first time", enter("Ben", randomPhone()));
  const cleo = await step("Cleo, another customer, signs in", enter("Cleo", randomPhone()));
  const sku = `DEMO-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
  return { api, sandbox, sku, merchant, ben, cleo };
};

/** The product as the catalogue shows it, once it shows so many. */
export const liveStock = async (
  { api, sku }: Cast,
  available: number,
): Promise<z.infer<typeof productSchema>> => {
  const endsAt = performance.now() + LIVE_STOCK_TIMEOUT_MS;
  for (;;) {
    const { body } = await api.expect(200, productSchema, `/v1/products/${sku}`);
    if (body.stock.available === available) return body;
    if (performance.now() > endsAt)
      throw new Error(`not as told: the catalogue shows ${body.stock.available}, not ${available}`);
    await Bun.sleep(LIVE_STOCK_POLL_MS);
  }
};

/** Orders so many of the product; whatever comes back. */
export const order = (
  { api, sku }: Cast,
  buyer: SignedIn,
  quantity: number,
  key: string = crypto.randomUUID(),
) =>
  api.send("/v1/orders", {
    method: "POST",
    body: { lines: [{ sku, quantity }] },
    token: buyer.accessToken,
    headers: { "idempotency-key": key },
  });

/** Waits for a message of the bot with these words. */
export const hears = ({ sandbox }: Cast, { personId }: SignedIn, after: number, words: RegExp) =>
  sandbox.waitForMessage(personId, after, ({ text }) => words.test(text), String(words));
