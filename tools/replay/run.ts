import { z } from "zod";
import { type ApiClient, type Call, createApiClient, UnexpectedAnswer } from "../client/api-client.ts";
import { patient } from "../client/patient.ts";
import { createSandboxClient } from "../client/sandbox-client.ts";
import { type SignedIn, signIn } from "../client/sign-in.ts";
import { inParallel } from "./in-parallel.ts";
import { type Plan, type PlannedOrder, type PlannedProduct, type PlannedReturn, WALK_IN } from "./plan.ts";

/** How many requests are under way at once. */
const CONCURRENCY = 32;
/** Sign-ins hold a long poll each. */
const SIGN_INS_AT_ONCE = 24;
const SIGN_IN_ATTEMPTS = 5;
/** A token is renewed when it has less than this to live. */
const RENEW_BEFORE_MS = 60_000;

export interface ReplayOptions {
  readonly url: string;
  readonly sandboxToken: string;
  readonly adminPhone: string;
  /** Names this file's requests, so that a run that is repeated does nothing twice. */
  readonly fileId: string;
  /** Recorded seconds per second; null for as fast as possible. */
  readonly speed: number | null;
  /** Called as a phase goes on. */
  readonly onProgress: (phase: string, done: number, total: number) => void;
}

const idSchema = z.object({ id: z.string() });
const orderSchema = z.object({ id: z.string(), status: z.string() });
const sessionSchema = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int() });

export type PlacedOrder = z.infer<typeof orderSchema> & { readonly replayed: boolean };

/** A phone for each customer of the file: the same in every run, in a range that belongs to nobody. */
const phoneOf = (customer: string): string =>
  `+447700${(customer === WALK_IN ? "900000" : customer).padStart(6, "9")}`;

interface Buyer {
  /** A token with some life left. */
  token(): Promise<string>;
}

const createShop = (options: ReplayOptions) => {
  const api = createApiClient(options.url);
  const send = patient(api);
  const patientApi: ApiClient = { ...api, send };
  const expectStatus = async <Body>(
    statuses: readonly number[],
    schema: z.ZodType<Body>,
    path: string,
    call: Call,
  ) => {
    const answer = await send(path, call);
    if (!statuses.includes(answer.status))
      throw new UnexpectedAnswer(answer.status, answer.body, `${call.method ?? "GET"} ${path}`);
    return { ...answer, body: schema.parse(answer.body) };
  };
  const sandbox = createSandboxClient(
    {
      ...patientApi,
      expect: (status, schema, path, call = {}) => expectStatus([status].flat(), schema, path, call),
    },
    options.sandboxToken,
  );
  return { api, send, expectStatus, sandbox };
};

type Shop = ReturnType<typeof createShop>;

/** Signs in, again from the start where a restart came in between. */
const signInPatiently = async (
  { api, sandbox }: Shop,
  who: { firstName: string; phone: string },
): Promise<SignedIn> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await signIn(api, sandbox, who);
    } catch (error) {
      if (attempt >= SIGN_IN_ATTEMPTS) throw error;
      await sandbox.person(who.firstName, who.phone);
    }
  }
};

const buyerOf = (shop: Shop, signedIn: SignedIn): Buyer => {
  let current = signedIn;
  const renew = async () => {
    const { body } = await shop.expectStatus([200], sessionSchema, "/v1/auth/refresh", {
      method: "POST",
      body: { refreshToken: current.refreshToken },
    });
    current = { ...current, ...body, expiresAtMs: Date.now() + body.expiresIn * 1000 };
  };
  let renewing: Promise<void> | null = null;
  return {
    async token() {
      if (current.expiresAtMs - Date.now() < RENEW_BEFORE_MS) {
        renewing ??= renew().finally(() => {
          renewing = null;
        });
        await renewing;
      }
      return current.accessToken;
    },
  };
};

const importProduct = async (
  shop: Shop,
  admin: Buyer,
  product: PlannedProduct,
  currency: string,
  fileId: string,
) => {
  const { sku, name, priceMinor, quantity } = product;
  const token = await admin.token();
  const made = await shop.send("/v1/products", {
    method: "POST",
    body: { sku, name, price: { amountMinor: priceMinor, currency }, status: "active" },
    token,
  });
  if (made.status !== 201 && made.status !== 409)
    throw new UnexpectedAnswer(made.status, made.body, `POST /v1/products ${sku}`);
  const path = `/v1/stock/${encodeURIComponent(sku)}`;
  const known = await shop.send(path, { token });
  if (known.status === 404) {
    await shop.expectStatus([200, 201, 412], z.unknown(), path, {
      method: "PUT",
      body: { onHand: 0, lowStockThreshold: 0, reason: "count" },
      token,
    });
  }
  await shop.expectStatus([200, 201], z.unknown(), `${path}/adjustments`, {
    method: "POST",
    body: { delta: quantity, reason: "receipt" },
    token,
    headers: { "idempotency-key": `replay-${fileId}-receipt-${sku}` },
  });
};

const placeOrder = async (
  shop: Shop,
  buyer: Buyer,
  order: PlannedOrder,
  fileId: string,
): Promise<PlacedOrder> => {
  const { body, headers } = await shop.expectStatus([201, 202], orderSchema, "/v1/orders", {
    method: "POST",
    body: { lines: order.lines },
    token: await buyer.token(),
    headers: { "idempotency-key": `replay-${fileId}-order-${order.invoice}` },
  });
  return { ...body, replayed: headers.get("idempotency-replayed") === "true" };
};

const takeBack = async (
  shop: Shop,
  admin: Buyer,
  back: PlannedReturn,
  placed: ReadonlyMap<string, PlacedOrder>,
  fileId: string,
) => {
  const token = await admin.token();
  if (back.kind === "cancel") {
    const id = placed.get(back.order)?.id ?? "";
    await shop.expectStatus([200], idSchema, `/v1/orders/${id}/cancel`, { method: "POST", body: {}, token });
    return;
  }
  await shop.expectStatus([200, 201], z.unknown(), `/v1/stock/${encodeURIComponent(back.sku)}/adjustments`, {
    method: "POST",
    body: { delta: back.quantity, reason: "return", note: `line ${back.lineNumber}, order ${back.order}` },
    token,
    headers: { "idempotency-key": `replay-${fileId}-return-${back.lineNumber}` },
  });
};

/** Holds each order back until its time has come, for `--speed`. */
const createPacer = (orders: readonly PlannedOrder[], speed: number | null) => {
  const firstMs = Math.min(...orders.map(({ date }) => Date.parse(date)));
  const startedAt = performance.now();
  return async (order: PlannedOrder): Promise<void> => {
    if (speed === null) return;
    const waitMs = (Date.parse(order.date) - firstMs) / speed - (performance.now() - startedAt);
    if (waitMs > 0) await Bun.sleep(waitMs);
  };
};

export interface ReplayResult {
  readonly placed: ReadonlyMap<string, PlacedOrder>;
  readonly shop: Shop;
  readonly admin: Buyer;
}

/** Carries a plan out over the public API, phase by phase, each in parallel. Repeating it does nothing twice. */
export const runReplay = async (
  plan: Plan,
  currency: string,
  options: ReplayOptions,
): Promise<ReplayResult> => {
  const shop = createShop(options);
  const { fileId } = options;
  const progress = (phase: string, total: number) => (done: number) => options.onProgress(phase, done, total);
  const admin = buyerOf(
    shop,
    await signInPatiently(shop, { firstName: "Merchant", phone: options.adminPhone }),
  );

  await inParallel(
    plan.products,
    CONCURRENCY,
    (product) => importProduct(shop, admin, product, currency, fileId),
    progress("products", plan.products.length),
  );

  const buyers = new Map<string, Buyer>();
  const arrive = async (customer: string) => {
    const firstName = customer === WALK_IN ? "Walk-in" : `Customer ${customer}`;
    buyers.set(customer, buyerOf(shop, await signInPatiently(shop, { firstName, phone: phoneOf(customer) })));
  };
  await inParallel(plan.customers, SIGN_INS_AT_ONCE, arrive, progress("sign-ins", plan.customers.length));

  const placed = new Map<string, PlacedOrder>();
  const untilDue = createPacer(plan.orders, options.speed);
  const order = async (planned: PlannedOrder) => {
    await untilDue(planned);
    const buyer = buyers.get(planned.customer);
    if (buyer) placed.set(planned.invoice, await placeOrder(shop, buyer, planned, fileId));
  };
  await inParallel(plan.orders, CONCURRENCY, order, progress("orders", plan.orders.length));
  await inParallel(
    plan.returns,
    CONCURRENCY,
    (back) => takeBack(shop, admin, back, placed, fileId),
    progress("returns", plan.returns.length),
  );
  return { placed, shop, admin };
};
