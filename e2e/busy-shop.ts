import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { pause } from "../shared/runtime/retry.ts";
import { type Answer, type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { patient } from "../tools/client/patient.ts";
import { createSandboxClient, type SandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";

/** A Kiosk to buy from: one process, or a cluster. */
export interface Shop {
  readonly url: string;
  readonly dataDir: string;
  readonly adminPhone: string;
}

export interface ShopFloor {
  readonly api: ApiClient;
  readonly sandbox: SandboxClient;
  readonly merchant: SignedIn;
  readonly buyers: readonly SignedIn[];
  /** What was put into stock, by SKU. */
  readonly initial: ReadonlyMap<string, number>;
}

/** An order that nobody answers for so long is left to the inspection. */
const STOP_WAIT_MS = 20_000;
const PRICE = { amountMinor: 1_500, currency: "USD" };

/** Puts a product on sale with so many units of it. */
export const putOnShelf = async (
  api: ApiClient,
  token: string,
  sku: string,
  onHand: number,
): Promise<void> => {
  const product = { sku, name: `Thing ${sku}`, description: "", price: PRICE, status: "active" };
  await api.expect(201, z.unknown(), "/v1/products", { method: "POST", body: product, token });
  const level = { onHand, lowStockThreshold: 0, reason: "receipt" };
  await api.expect([200, 201], z.unknown(), `/v1/stock/${sku}`, { method: "PUT", body: level, token });
};

/** Signs a merchant and some buyers in, and fills the shelves: some SKUs with plenty, the last one with little. */
export const openShopFloor = async (
  { url, dataDir, adminPhone }: Shop,
  { buyers: buyerCount = 6, plenty = 100_000, scarce = 25 } = {},
): Promise<ShopFloor> => {
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "");
  const phones = Array.from({ length: buyerCount }, () => `+1666${Math.floor(1e6 + Math.random() * 9e6)}`);
  const enter = (firstName: string, phone: string) => signIn(api, sandbox, { firstName, phone });
  const [merchant, buyers] = await Promise.all([
    enter("Ada", adminPhone),
    Promise.all(phones.map((phone, i) => enter(`Buyer ${i}`, phone))),
  ]);
  const token = merchant.accessToken;
  const run = crypto.randomUUID().slice(0, 6).toUpperCase();
  const initial = new Map(
    ["A", "B", "C", "D", "SCARCE"].map((name) => [`${run}-${name}`, name === "SCARCE" ? scarce : plenty]),
  );
  for (const [sku, onHand] of initial) await putOnShelf(api, token, sku, onHand);
  return { api, sandbox, merchant, buyers, initial };
};

const placedSchema = z.looseObject({ id: z.string(), status: z.string() });

/** What the clients know about their orders. */
export interface Load {
  /** Ids of orders that were accepted (201 or 202), each with its key. */
  readonly accepted: ReadonlyMap<string, string>;
  /** Answers by status; `none` for no answer at all. */
  readonly answers: Readonly<Record<string, number>>;
  /** Ends the arrivals and waits for those under way, repetitions included, but not for ever. */
  stop(): Promise<void>;
}

/**
 * Orders at a steady rate of arrivals, whatever becomes of them. Every second order is repeated with its key until it is
 * answered; the others are sent once.
 */
export const startLoad = ({ api, buyers, initial }: ShopFloor, perSecond: number): Load => {
  const accepted = new Map<string, string>();
  const answers: Record<string, number> = {};
  const underWay = new Set<Promise<void>>();
  const skus = [...initial.keys()];
  const persistent = patient(api);
  let count = 0;

  const order = async (nth: number): Promise<void> => {
    const key = crypto.randomUUID();
    // Two SKUs an order, in changing sequence: whoever locks them as they come would deadlock.
    const lines = [nth, nth + 1 + (nth % 3)].map((i) => ({
      sku: skus[i % skus.length],
      quantity: 1 + (nth % 2),
    }));
    const token = buyers[nth % buyers.length]?.accessToken;
    const call = { method: "POST", body: { lines, note: key }, token } as const;
    const answer: Answer<unknown> | null = await (nth % 2 === 0
      ? persistent("/v1/orders", { ...call, headers: { "idempotency-key": key } })
      : api.send("/v1/orders", call)
    ).catch(() => null);
    const status = String(answer?.status ?? "none");
    answers[status] = (answers[status] ?? 0) + 1;
    if (answer !== null && answer.status < 300) accepted.set(placedSchema.parse(answer.body).id, key);
  };
  const timer = setInterval(() => {
    const work = order(count++).finally(() => underWay.delete(work));
    underWay.add(work);
  }, 1_000 / perSecond);
  return {
    accepted,
    answers,
    async stop() {
      clearInterval(timer);
      const waited = new AbortController();
      await Promise.race([Promise.all(underWay), pause(STOP_WAIT_MS, waited.signal)]);
      waited.abort();
    },
  };
};
