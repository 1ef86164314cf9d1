import { z } from "zod";
import type { ShopFloor } from "../e2e/busy-shop.ts";
import { type RefreshClient, startRefreshClient } from "../e2e/refresh-clients.ts";
import { pause } from "../shared/runtime/retry.ts";
import type { ApiClient } from "../tools/client/api-client.ts";
import { patient } from "../tools/client/patient.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import type { ShopUnderProof } from "./promise.ts";

/** Every so many-th order … */
const TWICE_EVERY = 5;
const SCARCE_EVERY = 3;
const CANCEL_EVERY = 12;
const RECEIPT_EVERY = 40;
const READ_EVERY = 2;
const OWN_ORDERS_EVERY = 6;
const LIST_EVERY = 10;
const SIGN_IN_EVERY = 100;
/** Units of one receipt. */
const RECEIVED_UNITS = 5;
const REFRESH_EVERY_MS = 1_500;
/** People who wait for their answers at once: nobody new enters a shop before which so many stand. */
const UNDER_WAY_MAX = 100;
/** An order that nobody answers for so long after the end is left to the judges. */
const STOP_WAIT_MS = 25_000;

const placedSchema = z.looseObject({ id: z.string().optional(), orderId: z.string().optional() }).catch({});

export interface Load {
  readonly received: ShopUnderProof["received"];
  /** Whether nobody asks for anything for the time being. */
  hold(on: boolean): Promise<void>;
  /** Ends the arrivals and waits for those under way, repetitions included, but not for ever. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly floor: ShopFloor;
  /** SKUs of which there is little. */
  readonly scarce: readonly string[];
  readonly ordersPerSecond: number;
  recorded(name: string): ApiClient;
  /** Sessions that do nothing but refresh. */
  readonly refreshing: readonly SignedIn[];
  /** Phones of people who sign in again. */
  readonly phones: readonly string[];
}

type Visit = (nth: number) => Promise<unknown>;

/** One order under a key of its own, sent until it is answered; some of them twice at the same time. */
const orderVisit = ({ floor, scarce, recorded }: LoadOptions): Visit => {
  const send = patient(recorded("order"));
  const cancel = patient(recorded("cancel"));
  const plenty = [...floor.initial.keys()].filter((sku) => !scarce.includes(sku));
  return async (nth) => {
    const key = crypto.randomUUID();
    // In changing sequence: whoever locks them as they come would deadlock.
    const skus = [plenty[nth % plenty.length], plenty[(nth + 1 + (nth % 3)) % plenty.length]];
    if (nth % SCARCE_EVERY === 0) skus.push(scarce[nth % scarce.length]);
    const lines = [...new Set(nth % 2 === 0 ? skus : skus.toReversed())].map((sku) => ({
      sku,
      quantity: 1 + (nth % 2),
    }));
    const token = floor.buyers[nth % floor.buyers.length]?.accessToken;
    const place = () =>
      send("/v1/orders", {
        ...{ method: "POST", token, body: { lines, note: key } },
        headers: { "idempotency-key": key },
      });
    const [answer] = await Promise.all(nth % TWICE_EVERY === 0 ? [place(), place()] : [place()]);
    const { id, orderId = id } = placedSchema.parse(answer?.body);
    if (nth % CANCEL_EVERY === 0 && orderId !== undefined && answer?.status === 201)
      await cancel(`/v1/orders/${orderId}/cancel`, { method: "POST", token, body: {} });
  };
};

/** Goods come in: what is scarce is there again for a moment. */
const receiptVisit = ({ floor, scarce, recorded }: LoadOptions) => {
  const received = new Map<string, { told: number; unknown: number }>();
  const send = patient(recorded("receipt"));
  const visit: Visit = async (nth) => {
    const sku = scarce[nth % scarce.length] ?? "";
    const units = received.getOrInsertComputed(sku, () => ({ told: 0, unknown: 0 }));
    units.unknown += RECEIVED_UNITS;
    const { status } = await send(`/v1/stock/${sku}/adjustments`, {
      ...{ method: "POST", token: floor.merchant.accessToken },
      headers: { "idempotency-key": crypto.randomUUID() },
      body: { delta: RECEIVED_UNITS, reason: "receipt" },
    });
    units.unknown -= RECEIVED_UNITS;
    if (status < 300) units.told += RECEIVED_UNITS;
  };
  return { received, visit };
};

const readVisits = ({
  floor,
  recorded,
  phones,
}: LoadOptions): readonly (readonly [every: number, Visit])[] => {
  const [product, own, list, entrance] = ["product", "own-orders", "list", "sign-in"].map(recorded) as [
    ApiClient,
    ApiClient,
    ApiClient,
    ApiClient,
  ];
  const skus = [...floor.initial.keys()];
  const tokenOf = (nth: number) => floor.buyers[nth % floor.buyers.length]?.accessToken;
  return [
    [READ_EVERY, (nth) => product.send(`/v1/products/${skus[nth % skus.length]}`)],
    [OWN_ORDERS_EVERY, (nth) => own.send("/v1/orders?limit=5", { token: tokenOf(nth) })],
    [LIST_EVERY, (nth) => list.send(`/v1/products?limit=${1 + (nth % 50)}`)],
    [
      SIGN_IN_EVERY,
      (nth) =>
        signIn(entrance, floor.sandbox, { firstName: "Una", phone: phones[nth % phones.length] ?? "" }),
    ],
  ];
};

const startRefreshing = ({ recorded, refreshing }: LoadOptions): readonly RefreshClient[] => {
  const api = recorded("refresh");
  const unhurried: ApiClient = {
    ...api,
    async send(path, call) {
      await pause(REFRESH_EVERY_MS);
      return api.send(path, call);
    },
  };
  return refreshing.map(({ refreshToken }) => startRefreshClient(unhurried, refreshToken));
};

/** Waits for them, but not for ever. */
const patiently = async (work: Iterable<Promise<unknown>>, forMs: number): Promise<void> => {
  const waited = new AbortController();
  await Promise.race([Promise.all(work), pause(forMs, waited.signal)]);
  waited.abort();
};

/** People come at a steady rate, whatever becomes of them: they buy, cancel, look, sign in; goods come in. */
export const startLoad = (options: LoadOptions): Load => {
  const receipts = receiptVisit(options);
  const visits: readonly (readonly [every: number, Visit])[] = [
    [1, orderVisit(options)],
    [RECEIPT_EVERY, receipts.visit],
    ...readVisits(options),
  ];
  const refreshers = startRefreshing(options);
  const underWay = new Set<Promise<unknown>>();
  let isHeld = false;
  let count = 0;
  const arrive = () => {
    if (isHeld || underWay.size >= UNDER_WAY_MAX) return;
    const nth = count++;
    for (const [every, visit] of visits) {
      if (nth % every !== 0) continue;
      // What was asked and not answered stands in the journal.
      const work: Promise<unknown> = visit(nth / every)
        .catch(() => undefined)
        .finally(() => underWay.delete(work));
      underWay.add(work);
    }
  };
  let stopping: Promise<void> | undefined;
  const timer = setInterval(arrive, 1_000 / options.ordersPerSecond);
  return {
    received: receipts.received,
    async hold(on) {
      isHeld = on;
      if (on) await patiently(underWay, STOP_WAIT_MS);
    },
    stop() {
      clearInterval(timer);
      stopping ??= patiently([...underWay, ...refreshers.map((client) => client.stop())], STOP_WAIT_MS);
      return stopping;
    },
  };
};
