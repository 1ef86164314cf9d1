import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { INTERNAL_TOKEN_HEADER } from "../shared/contracts/internal-api.ts";
import { type CrashPoint, crashPoints } from "../shared/runtime/crash-point.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { type Goods, ORDERS, sellGoods, startBurst } from "./crash-points/burst.ts";
import { type CrashShop, openCrashShop } from "./crash-points/crash-shop.ts";
import { inspectCrashShop } from "./crash-points/inspect.ts";
import { isWhole } from "./size.ts";

setDefaultTimeout(600_000);

/** What the shell says of a process that SIGKILL has ended: 128 + 9. */
const KILLED = 137;
/** A process that has not met its crash point by then never will. */
const DEATH_TIMEOUT_MS = 60_000;
/** From the restart to the end of every order. */
const SETTLE_MS = 30_000;

/** Those that an order passes; the ones of auth and of notify have tests of their own. */
type OrderPoint = Exclude<CrashPoint, `auth.${string}` | `notify.${string}`>;
const isOrderPoint = (point: CrashPoint): point is OrderPoint => !/^(auth|notify)\./.test(point);

/** Those that stand for the others: stored and not yet asked, asked and not yet stored, told and not yet marked; on both sides. */
const USUAL: readonly CrashPoint[] = [
  "orders.place.after-commit",
  "orders.ask.after",
  "orders.change.before-commit",
  "orders.sweep.after-claim",
  "inventory.change.after-commit",
  "inventory.expire.before-commit",
  "outbox.publish.after",
];
const points = crashPoints.filter(isOrderPoint).filter((point) => isWhole || USUAL.includes(point));

/** At which pass of its crash point the service dies: in the middle of the orders, of which many share a transaction. */
const passes: Readonly<Record<OrderPoint, number>> = {
  "orders.place.before-commit": 3,
  "orders.place.after-commit": 3,
  "orders.ask.before": 20,
  "orders.ask.after": 20,
  "orders.change.before-commit": 3,
  "orders.change.after-commit": 3,
  "orders.sweep.after-claim": 1,
  "inventory.change.before-commit": 3,
  "inventory.change.after-commit": 3,
  "inventory.expire.before-commit": 1,
  "outbox.publish.before": 2,
  "outbox.publish.after": 2,
};

const died = async (process: KioskProcess, point: string): Promise<void> => {
  const timer = Promise.withResolvers<string>();
  const timeout = setTimeout(() => timer.resolve(`alive, and never at ${point}`), DEATH_TIMEOUT_MS);
  const end = await Promise.race([process.exited, timer.promise]);
  clearTimeout(timeout);
  expect(end).toBe(KILLED);
};

/** Something is held for a second, on behalf of nobody: the sweep that ends it is what dies. */
const holdForASecond = async ({ inventoryUrl, internalToken }: CrashShop, { plenty }: Goods) => {
  const response = await fetch(`${inventoryUrl}/internal/reservations/${crypto.randomUUID()}`, {
    method: "PUT",
    headers: { "content-type": "application/json", [INTERNAL_TOKEN_HEADER]: internalToken },
    body: JSON.stringify({ lines: [{ sku: plenty, quantity: 7 }], ttlSeconds: 1 }),
  });
  expect(response.status).toBe(200);
};

/** Starts the orders, and comes back when the service has died at its crash point in the middle of them. */
const dieAt = async (shop: CrashShop, goods: Goods, point: OrderPoint) => {
  const crashAt = `${point}#${passes[point]}`;
  if (point === "orders.sweep.after-claim") {
    // A first death leaves orders open that nobody works on; the sweeper of the next life takes them and dies as well.
    const first = await shop.restart(`orders.place.after-commit#${passes["orders.place.after-commit"]}`);
    const burst = startBurst(shop, goods);
    await died(first, "orders.place.after-commit");
    await died(await shop.restart(crashAt), point);
    return burst;
  }
  const doomed = await shop.restart(crashAt);
  const death = died(doomed, point);
  const expiry = point === "inventory.expire.before-commit";
  if (expiry) await holdForASecond(shop, goods);
  const burst = startBurst(shop, goods, expiry ? death.catch(() => undefined) : undefined);
  await death;
  return burst;
};

const crashAndCheck = async (shop: CrashShop, point: OrderPoint): Promise<void> => {
  const goods = await sellGoods(shop);
  const burst = await dieAt(shop, goods, point);
  expect(burst.told.size).toBeLessThan(ORDERS);
  await shop.restart();
  let problems: readonly string[] = ["nobody has looked"];
  await waitFor(
    async () => {
      problems = await inspectCrashShop(shop, goods, burst);
      return problems.length === 0;
    },
    { timeoutMs: SETTLE_MS, everyMs: 250 },
  ).catch(() => undefined);
  expect(problems).toEqual([]);
  await burst.done;
};

/** One shop for the points of one service; they take turns in it. */
const openLane = (service: "orders" | "inventory") => {
  let shop: Promise<CrashShop> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const crash = async (point: OrderPoint): Promise<void> => {
    shop ??= openCrashShop(service);
    return crashAndCheck(await shop, point);
  };
  return {
    turn(point: OrderPoint): Promise<void> {
      const mine = last.then(() => crash(point));
      last = mine.catch(() => undefined);
      return mine;
    },
    close: async () => (await shop)?.close(),
  };
};

const lanes = { orders: openLane("orders"), inventory: openLane("inventory") };
afterAll(async () => {
  await Promise.all([lanes.orders.close(), lanes.inventory.close()]);
});

describe(`kill -9 in the middle of ${ORDERS} orders, then a restart: all of them end as told, and no stock leaks`, () => {
  test.concurrent.each(points)("%s", (point) =>
    lanes[point.startsWith("inventory.") ? "inventory" : "orders"].turn(point),
  );
});
