import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { ownRabbit, rabbitScripts } from "../shared/testing/own-rabbit.ts";
import { realServers } from "../shared/testing/real-servers.ts";
import { reportSuite } from "../shared/testing/suite-report.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openShopFloor, startLoad } from "./busy-shop.ts";
import { startCluster } from "./cluster.ts";
import { inspectShop, type ShopState } from "./shop-invariants.ts";

setDefaultTimeout(240_000);

const TITLE = "a shop whose RabbitMQ is out of disk";
const ORDERS_PER_SECOND = 20;
/** Some five seconds' news: reached soon. */
const OUTBOX_MAX_UNSENT = 200;
/** What is on its way when the cap is noticed, a second's orders and those under way, makes two events each. */
const OVERSHOOT_MAX = 10 * ORDERS_PER_SECOND;
const WAIT_MS = 60_000;

const { postgres, redis, rabbitmq } = realServers;
const installed = rabbitScripts();

/** Why it does not run; null when it does. It costs half a minute, so it runs when it is asked for. */
const obstacle = (): string | null => {
  if (!(postgres && redis && rabbitmq)) return "DATABASE_URL, REDIS_URL and RABBITMQ_URL are not all set";
  if (process.env.OWN_RABBITMQ !== "on") return "OWN_RABBITMQ is not on";
  return installed === null ? "RabbitMQ is not installed here" : null;
};
const reason = obstacle();
reportSuite({
  outcome: reason === null ? "ran" : "skipped",
  title: TITLE,
  reason: reason ?? installed ?? "",
});

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

describe.skipIf(reason !== null)(TITLE, () => {
  test("takes orders up to the cap of the outbox, then says 503, ends what it took, and goes on by itself", async () => {
    const broker = await ownRabbit(installed ?? "");
    closers.push(broker.close);
    const env = {
      RATE_LIMITS: "off",
      OTP_REQUESTS_PER_ADDRESS: "1000",
      TELEGRAM_PACE: "off",
      OUTBOX_MAX_UNSENT: String(OUTBOX_MAX_UNSENT),
    };
    const servers = { postgres: postgres ?? "", redis: redis ?? "", rabbitmq: broker.url };
    const cluster = await startCluster([["gateway", "auth", "catalog", "inventory", "notify"], ["orders"]], {
      env,
      servers,
    });
    closers.push(cluster.close);
    const floor = await openShopFloor(cluster, { scarce: 100_000 });
    const load = startLoad(floor, ORDERS_PER_SECOND);
    closers.push(load.stop);
    const moreOrders = async (count: number, when: string) => {
      const before = load.accepted.size;
      await waitFor(() => load.accepted.size >= before + count, {
        what: `orders ${when}`,
        timeoutMs: WAIT_MS,
      });
    };
    await moreOrders(20, "before the alarm");

    const atAlarm = load.accepted.size;
    await broker.alarm(true);
    await waitFor(() => load.answers["503"] !== undefined, { what: "the cap", timeoutMs: WAIT_MS });
    const accepted = load.accepted.size - atAlarm;
    expect(accepted).toBeGreaterThanOrEqual(OUTBOX_MAX_UNSENT / 2 - OVERSHOOT_MAX / 2);
    expect(accepted).toBeLessThan(OUTBOX_MAX_UNSENT + OVERSHOOT_MAX);
    const ready = await fetch(`${cluster.urlOf("orders")}/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.text()).toContain('"blocked":true');

    await broker.alarm(false);
    await moreOrders(20, "after the alarm");
    await load.stop();
    expect(Object.keys(load.answers).filter((status) => status !== "201" && status !== "202")).toEqual([
      "503",
    ]);
    let state: ShopState | undefined;
    const isWell = async () => {
      state = await inspectShop(cluster, floor, load);
      return state.problems.length === 0;
    };
    await waitFor(isWell, { timeoutMs: WAIT_MS, everyMs: 500 }).catch(() => undefined);
    expect(state?.problems).toEqual([]);
  });
});
