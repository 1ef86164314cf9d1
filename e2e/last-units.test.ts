import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { describeIf } from "../shared/testing/real-servers.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type Crowd, crowdEnv, openCrowd } from "./crowd.ts";
import { ownFolder } from "./own-folder.ts";
import { openRush, type Rush, tally } from "./rush.ts";
import { countIn } from "./shop-invariants.ts";
import { sized } from "./size.ts";
import { missingServer, openTwoOfEach, servers, type TwoOfEach } from "./two-of-each.ts";

setDefaultTimeout(180_000);

const BUYERS = sized(500, 200);
const UNITS = BUYERS / 5;
const ROUNDS = sized(20, 4);
const EMBEDDED_ROUNDS = sized(3, 1);
/** Within which every saga ends after a fault. */
const SETTLE_MS = 30_000;
/** How everybody has to be answered: nothing else may happen. */
const VERDICTS = { "201": UNITS, "409 OUT_OF_STOCK": BUYERS - UNITS };

interface Sale {
  readonly url: string;
  readonly crowd: Crowd;
  readonly rush: Rush;
}

/** Everybody wants one unit of a SKU that has fewer, at once. Who is told "not now" asks again by the same key: a busy machine may say so. */
const sellOut = async ({ url, crowd, rush }: Sale, name: string) => {
  const sku = await crowd.sell(name, UNITS);
  const orders = crowd.buyers.map(({ accessToken: token }) => {
    const key = crypto.randomUUID();
    return { token, key, body: { lines: [{ sku, quantity: 1 }], note: key } };
  });
  return { sku, orders, answers: rush.place({ url, orders, patience: true }) };
};

/** After each sale: what was told is what was stored, for every SKU. */
const expectSales = async ({ crowd }: Sale, skus: readonly string[]) => {
  const orders = await crowd.settledOrders();
  for (const sku of skus) {
    const statuses = orders.filter(({ lines }) => lines[0]?.sku === sku).map(({ status }) => status);
    expect({
      confirmed: statuses.filter((status) => status === "confirmed").length,
      rejected: statuses.filter((status) => status === "rejected").length,
      all: statuses.length,
    }).toEqual({ confirmed: UNITS, rejected: BUYERS - UNITS, all: BUYERS });
  }
};

const roundsOf = async (sale: Sale, count: number) => {
  const skus: string[] = [];
  const rounds: Record<string, number>[] = [];
  for (let round = 1; round <= count; round += 1) {
    const { sku, answers } = await sellOut(sale, `ROUND-${round}`);
    skus.push(sku);
    rounds.push(tally(await answers));
  }
  expect(rounds).toHaveLength(count);
  expect(rounds.filter((round) => !Bun.deepEquals(round, VERDICTS))).toEqual([]);
  await expectSales(sale, skus);
};

describe("the last units in one process, with everything embedded", () => {
  const closers: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  test(`${BUYERS} buyers at once for ${UNITS} units: so many have it, the others are told, in every round`, async () => {
    const own = ownFolder();
    closers.push(own.close);
    const { url } = await own.start({ env: crowdEnv });
    const rush = await openRush();
    closers.push(rush.close);
    const shop = { url, dataDir: own.dataDir, adminPhone: SANDBOX_ADMIN_PHONE };
    await roundsOf({ url, crowd: await openCrowd(shop, BUYERS), rush }, EMBEDDED_ROUNDS);
  });
});

describeIf(servers, missingServer, "the last units in a cluster with two of each", () => {
  let shop: TwoOfEach;
  let sale: Sale;

  beforeAll(async () => {
    shop = await openTwoOfEach(BUYERS);
    sale = { ...shop, url: shop.cluster.url };
  });
  afterAll(() => shop?.close());

  const count = (query: string) => countIn(shop.cluster, "orders", `select count(*) as n from ${query}`);
  const unfinishedSagas = () => count("saga where finished_at is null");

  test(`${BUYERS} buyers at once for ${UNITS} units: so many have it, the others are told, in every round`, async () => {
    await roundsOf(sale, ROUNDS);
    expect(await unfinishedSagas()).toBe(0);
  });

  for (const part of ["orders", "inventory"] as const) {
    test(`one of two ${part} processes killed in the rush: everybody ends with one verdict, and ${UNITS} have it`, async () => {
      const before = await count("customer_order");
      const { sku, answers } = await sellOut(sale, `KILL-${part}`);
      const isUnderWay = async () => (await count("customer_order")) >= before + UNITS;
      await waitFor(isUnderWay, { what: "the first orders", everyMs: 1 });
      await shop.kill(part);
      const open = await count("saga where finished_at is null");
      const told = tally(await answers);
      await expectSales(sale, [sku]);
      // What was asked of the one that died, and never answered, is taken back once everybody has been told.
      await waitFor(async () => (await unfinishedSagas()) === 0, {
        what: "the end of every saga",
        timeoutMs: SETTLE_MS,
      });
      expect(told).toEqual(VERDICTS);
      // Else it died after the rush, and nothing has been shown.
      expect(open).toBeGreaterThan(0);
      await shop.restart(part);
    });
  }
});
