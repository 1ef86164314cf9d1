import { z } from "zod";
import { readKeptSecrets } from "../../../boot/secrets.ts";
import { putOnShelf, type ShopFloor } from "../../../e2e/busy-shop.ts";
import { crowdEnv } from "../../../e2e/crowd.ts";
import { openOrderReader, openStockReader } from "../../../e2e/shop-readers.ts";
import { waitFor } from "../../../shared/testing/wait-for.ts";
import { createApiClient } from "../../../tools/client/api-client.ts";
import { createSandboxClient } from "../../../tools/client/sandbox-client.ts";
import { signIn } from "../../../tools/client/sign-in.ts";
import { createJournal, type Journal } from "../../journal.ts";
import type { Evidence, NamedReader, ShopUnderProof } from "../../promise.ts";
import { openDatabases, openListening } from "../../shop.ts";
import { openEmbeddedStage } from "../../stage/embedded-stage.ts";
import type { Stage } from "../../stage/stage.ts";
import { openTelegram, type Telegram } from "../../stage/telegram.ts";
import { persistently } from "../newcomers.ts";

const ORDERS = 12;
const UNITS = 1_000;
const RECEIVED = 5;
const PATIENCE = { timeoutMs: 30_000, everyMs: 20 } as const;

type Listening = ReturnType<typeof openListening>;

const openFloor = async (stage: Stage, telegram: Telegram, { canary }: Listening) => {
  const api = createApiClient(stage.url, canary);
  const sandbox = createSandboxClient(createApiClient(telegram.url, canary), telegram.controlToken);
  let people = 0;
  const newcomer = (firstName: string) => {
    people += 1;
    return signIn(api, sandbox, { firstName, phone: `+1555060${String(people).padStart(4, "0")}` });
  };
  const [merchant, ...buyers] = await Promise.all([
    persistently(() => signIn(api, sandbox, { firstName: "Ada", phone: stage.adminPhone })),
    persistently(() => newcomer("Grace")),
    persistently(() => newcomer("Barbara")),
  ]);
  const initial = new Map([
    ["PROVE-MUG", UNITS],
    ["PROVE-POT", UNITS],
  ]);
  for (const [sku, units] of initial) await putOnShelf(api, merchant.accessToken, sku, units);
  return { api, sandbox, merchant, buyers, initial, newcomer };
};

const openReaders = async (floor: ShopFloor): Promise<readonly NamedReader[]> => {
  const [buyer] = floor.buyers;
  if (buyer === undefined) throw new Error("nobody has signed in");
  const readers: readonly NamedReader[] = [
    { name: "stock", reader: openStockReader(floor) },
    { name: "orders", buyer, reader: openOrderReader(floor, buyer) },
  ];
  await waitFor(() => readers.every(({ reader }) => reader.counts.opened > 0), {
    ...PATIENCE,
    what: "the streams",
  });
  return readers;
};

const orderSchema = z.looseObject({ id: z.string() });

/** Some orders, each asked for twice under its key, one of which is cancelled; and goods that come in. */
const trade = async ({ buyers, merchant, initial, api }: ShopFloor, journal: Journal): Promise<void> => {
  const order = journal.recorded("order", api);
  const skus = [...initial.keys()];
  for (let nth = 0; nth < ORDERS; nth += 1) {
    const key = crypto.randomUUID();
    const token = buyers[nth % buyers.length]?.accessToken;
    const lines = (nth % 2 === 0 ? skus : skus.toReversed()).map((sku) => ({ sku, quantity: 1 }));
    const headers = { "idempotency-key": key };
    const call = { method: "POST", token, headers, body: { lines, note: key } } as const;
    const { body } = await order.expect([201, 202], orderSchema, "/v1/orders", call);
    await order.expect([201, 202], orderSchema, "/v1/orders", call);
    const path = `/v1/orders/${body.id}/cancel`;
    if (nth === 0) await journal.recorded("cancel", api).send(path, { method: "POST", token, body: {} });
  }
  await journal.recorded("receipt", api).expect([200, 201], z.unknown(), `/v1/stock/${skus[0]}/adjustments`, {
    ...{ method: "POST", token: merchant.accessToken, body: { delta: RECEIVED, reason: "receipt" } },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  await journal.recorded("product", api).send("/v1/products/nowhere");
};

export interface SmallShop {
  readonly shop: ShopUnderProof;
  /** What there is to be judged by now, with these notes of acts. */
  evidence(acts: Readonly<Record<string, unknown>>): Evidence;
  close(): Promise<void>;
}

type Opened = Pick<ShopUnderProof, "databases" | "readers" | "now" | "canary"> & {
  readonly stage: Stage;
  readonly telegram: Telegram;
  readonly floor: Awaited<ReturnType<typeof openFloor>>;
  readonly journal: Journal;
};

const shopOf = ({ stage, telegram, floor, journal, ...opened }: Opened): ShopUnderProof => ({
  ...stage,
  ...floor,
  ...opened,
  ...{
    exits: [],
    servers: [],
    without: () => Promise.reject(new Error("no line can be shut")),
    away: () => [],
  },
  internalToken: readKeptSecrets(stage.dataDir).INTERNAL_TOKEN ?? "",
  ...{ sandboxUrl: telegram.url, sandboxToken: telegram.controlToken },
  received: new Map([["PROVE-MUG", { told: RECEIVED, unknown: 0 }]]),
  recorded: (name) => journal.recorded(name, floor.api),
  get sends() {
    return telegram.sends;
  },
  output: () => stage.processes.map((process) => process.output()).join(""),
});

type Defer = (close: () => unknown) => void;

const open = async (defer: Defer): Promise<Omit<SmallShop, "close">> => {
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const telegram = await openTelegram();
  defer(telegram.close);
  const stage = await openEmbeddedStage({ ...crowdEnv, ...telegram.env, LOG_LEVEL: "warn" });
  defer(stage.close);
  const databases = openDatabases(stage);
  defer(() => Promise.all(Object.values(databases).map((database) => database.close())));
  const listening = openListening(stage, telegram);
  defer(() => {
    listening.canary.flush();
    listening.close();
  });
  const journal = createJournal(now);
  const floor = await openFloor(stage, telegram, listening);
  const readers = await openReaders(floor);
  defer(() => Promise.all(readers.map(({ reader }) => reader.leave())));
  await trade(floor, journal);
  const shop = shopOf({ stage, telegram, floor, journal, databases, readers, now, canary: listening });
  const evidence = (acts: Readonly<Record<string, unknown>>): Evidence => ({
    ...{ seed: 1, calls: journal.calls, faults: [], calmSinceMs: now(), settledMs: 0, shop, acts },
  });
  return { shop, evidence };
};

/** One process with everything embedded, two buyers, some orders, two live streams, and no faults. */
export const openSmallShop = async (): Promise<SmallShop> => {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each();
  };
  try {
    return { ...(await open((closer) => closers.push(closer))), close };
  } catch (error) {
    await close();
    throw error;
  }
};
