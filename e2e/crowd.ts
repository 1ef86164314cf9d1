import { readKeptSecrets } from "../boot/secrets.ts";
import { backoffMs, pause } from "../shared/runtime/retry.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { inParallel } from "../tools/replay/in-parallel.ts";
import { putOnShelf } from "./busy-shop.ts";
import {
  allPages,
  type Books,
  orderProblems,
  orderSchema,
  type PlacedOrder,
  stockProblems,
} from "./shop-invariants.ts";

/** What a crowd needs of Kiosk beside its defaults: nobody counts how often one address signs in or buys. */
export const crowdEnv = {
  RATE_LIMITS: "off",
  OTP_REQUESTS_PER_ADDRESS: "10000",
  ACCESS_TOKEN_TTL_SECONDS: "3600",
} as const;

/** People who sign in at once. */
const SIGN_INS_AT_ONCE = 8;
/** Without Redis nobody signs in, and on a busy machine Redis may be too late for one of a thousand calls. */
const SIGN_IN_ATTEMPTS = 5;
const SIGN_IN_BACKOFF = { baseMs: 200, ceilingMs: 2_000 };
const SETTLE_MS = 30_000;

interface Shop {
  readonly url: string;
  readonly dataDir: string;
  readonly adminPhone: string;
}

export interface Crowd extends Books {
  readonly buyers: readonly SignedIn[];
  /** Puts a new SKU on sale; answers its name. */
  sell(name: string, onHand: number): Promise<string>;
  /** All orders there are, once the books agree with each other; fails with what does not. */
  settledOrders(): Promise<readonly PlacedOrder[]>;
}

const phoneOf = (prefix: string, n: number): string => `+1${prefix}${String(n).padStart(7, "0")}`;

/** Signs a merchant and so many buyers in, each a person of the sandbox. */
export const openCrowd = async ({ url, dataDir, adminPhone }: Shop, count: number): Promise<Crowd> => {
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "");
  const enter = async (firstName: string, phone: string): Promise<SignedIn> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await signIn(api, sandbox, { firstName, phone });
      } catch (error) {
        if (attempt === SIGN_IN_ATTEMPTS) throw error;
        await pause(backoffMs(SIGN_IN_BACKOFF, attempt));
      }
    }
  };
  const merchant = await enter("Ada", adminPhone);
  const prefix = String(200 + Math.floor(Math.random() * 700));
  const buyers: SignedIn[] = [];
  const addBuyer = async (n: number): Promise<void> => {
    buyers.push(await enter(`Buyer ${n}`, phoneOf(prefix, n)));
  };
  await inParallel([...Array(count).keys()], SIGN_INS_AT_ONCE, addBuyer, () => undefined);
  const run = crypto.randomUUID().slice(0, 6).toUpperCase();
  const initial = new Map<string, number>();
  const books: Books = { api, merchant, initial };

  return {
    ...books,
    buyers,
    async sell(name, onHand) {
      const sku = `${run}-${name}`;
      initial.set(sku, onHand);
      await putOnShelf(api, merchant.accessToken, sku, onHand);
      return sku;
    },
    async settledOrders() {
      let orders: readonly PlacedOrder[] = [];
      let problems: readonly string[] = ["nobody has looked"];
      const agree = async () => {
        orders = await allPages(books, "/v1/orders", orderSchema);
        problems = [...orderProblems(orders), ...(await stockProblems(books, orders))];
        return problems.length === 0;
      };
      await waitFor(agree, { timeoutMs: SETTLE_MS, everyMs: 250 }).catch(() => {
        throw new Error(`the books do not agree:\n${problems.join("\n")}`);
      });
      return orders;
    },
  };
};
