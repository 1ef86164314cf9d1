// `bun bench/live-stock.ts`: how long a change of stock is on its way to the readers of its stream, through the gateway, while orders come
// at a steady rate (P8). From the begin of the transaction that changes the stock, by the database's clock, to the event in a reader's
// hands: so both must be on one machine. One process of Kiosk; PostgreSQL at DATABASE_URL, else an embedded one; Redis where
// REDIS_URL is set.

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readSse } from "../shared/testing/sse-reader.ts";
import { testServer } from "../shared/testing/test-server.ts";
import { type BusyShop, fillShop, openOneProcess } from "./busy-shop.ts";
import type { SteadyRequest, SteadyResult } from "./steady-orders.ts";

const GENERATOR = fileURLToPath(new URL("./steady-orders.ts", import.meta.url));
const SKUS = 1_000;
const WARM_UP_SECONDS = 5;
const SECONDS = 10;
/** Staff see when a change was made: they are the ones who measure, the others are there as well. */
const STAFF_READERS = 10;
const PUBLIC_READERS = 90;

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: { rate: { type: "string", default: "500" } },
});
const perSecond = Number(values.rate);

const startGenerator = async () => {
  const ready = Promise.withResolvers<void>();
  let waiting: PromiseWithResolvers<SteadyResult> | null = null;
  const child = Bun.spawn([process.execPath, GENERATOR], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc(message: SteadyResult | "ready") {
      if (message === "ready") ready.resolve();
      else waiting?.resolve(message);
    },
  });
  await ready.promise;
  return {
    run(request: SteadyRequest): Promise<SteadyResult> {
      waiting = Promise.withResolvers<SteadyResult>();
      child.send(request);
      return waiting.promise;
    },
    stop: () => child.kill(),
  };
};

/** Milliseconds on the way, of every event to every member of staff, while it is told to measure. */
const openReaders = async ({ url, merchantToken }: BusyShop) => {
  const latencies: number[] = [];
  const state = { measuring: false, events: 0 };
  const open = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/v1/stock/stream`, { headers });
    const stream = readSse(response, ({ data }) => {
      if (!state.measuring) return;
      state.events += 1;
      const { occurredAt } = data as { occurredAt?: string };
      if (occurredAt !== undefined) latencies.push(Date.now() - Date.parse(occurredAt));
    });
    await stream.begun;
  };
  await Promise.all([
    ...Array.from({ length: STAFF_READERS }, () => open({ authorization: `Bearer ${merchantToken}` })),
    ...Array.from({ length: PUBLIC_READERS }, () => open({})),
  ]);
  return { latencies, state };
};

const skus = Array.from({ length: SKUS }, (_, n) => `LIVE-${n}`);
const redis = process.env.REDIS_URL ? { REDIS_URL: process.env.REDIS_URL } : {};
const premises = await openOneProcess(await testServer(), redis);
const generator = await startGenerator();
try {
  const shop = await fillShop(premises, skus);
  const { url, tokens } = shop;
  const { latencies, state } = await openReaders(shop);
  await generator.run({ url, tokens, skus, perSecond, seconds: WARM_UP_SECONDS });
  state.measuring = true;
  const { answers, late } = await generator.run({ url, tokens, skus, perSecond, seconds: SECONDS });
  state.measuring = false;
  const ascending = latencies.toSorted((a, b) => a - b);
  const ms = (q: number) => ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))];
  console.info(
    `From a change of stock to its readers, ${SECONDS} s, ${PUBLIC_READERS + STAFF_READERS} streams through the gateway, ` +
      `Pub/Sub ${process.env.REDIS_URL ? "over Redis" : "in process"}:`,
  );
  console.table([
    {
      "orders/s asked": perSecond,
      answers: JSON.stringify(answers),
      "sent late": late,
      "events read": state.events,
      "p50 ms": ms(0.5),
      "p99 ms": ms(0.99),
      "max ms": ms(1),
    },
  ]);
} finally {
  generator.stop();
  await premises.close();
}
process.exit(0);
