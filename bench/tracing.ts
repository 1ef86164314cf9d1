// `bun bench/tracing.ts`: what traces cost. Reads of a product and orders, of Kiosks that differ in nothing but how many of their requests are
// traced; round about, so that what else the machine does meets all of them. `--beside FOLDER` adds the Kiosk of another work tree,
// `--rounds N` and `--seconds N` make it longer. Needs DATABASE_URL.

import { parseArgs } from "node:util";
import { openOtlpReceiver } from "../shared/testing/otlp-receiver.ts";
import { type BusyShop, fillShop, openOneProcess } from "./busy-shop.ts";
import { startLoadGenerator } from "./load.ts";
import { processorMs } from "./processor-time.ts";
import { startReads } from "./reads.ts";
import { spreadOf } from "./statistics.ts";

const CLIENTS = 16;
const WARM_UP_MS = 500;
const SKUS = Array.from({ length: 50 }, (_, nth) => `TR-${String(nth).padStart(3, "0")}`);

const { values } = parseArgs({
  options: { beside: { type: "string" }, rounds: { type: "string" }, seconds: { type: "string" } },
});
const rounds = Number(values.rounds ?? 5);
const measureMs = Number(values.seconds ?? 3) * 1_000;
const server = process.env.DATABASE_URL;
if (!server) throw new Error("DATABASE_URL names no PostgreSQL.");

interface Candidate {
  readonly name: string;
  readonly shop: BusyShop;
  /** Milliseconds of processor time a request, by round. */
  readonly perRead: number[];
  readonly perOrder: number[];
}

const receiver = openOtlpReceiver(() => Response.json({}));
const reads = startReads();
const orders = startLoadGenerator();
const candidates: Candidate[] = [];

const add = async (name: string, env: Readonly<Record<string, string>>, open = openOneProcess) => {
  const nth = `tracing${candidates.length}`;
  const premises = await open(server, { TELEGRAM_PACE: "off", ...env }, async () => undefined, nth);
  candidates.push({ name, shop: await fillShop(premises, SKUS), perRead: [], perOrder: [] });
};
const total = (answers: Readonly<Record<string, number>>): number =>
  Object.values(answers).reduce((sum, count) => sum + count, 0);

/** Processor time of the Kiosk for each of the requests that `run` makes. */
const cost = async (
  { shop }: Candidate,
  run: () => Promise<{ answers: Readonly<Record<string, number>> }>,
) => {
  const used = () => shop.pids.reduce((sum, pid) => sum + processorMs(pid), 0);
  const before = used();
  const { answers } = await run();
  return (used() - before) / total(answers);
};

/** A list with a search is in no memory: it goes the whole way, and its answer needs the database. */
const PATHS = Array.from({ length: 2_000 }, (_, nth) => `/v1/products?limit=5&search=thing%20${nth}`);

const measure = async (candidate: Candidate): Promise<void> => {
  const { shop, perRead, perOrder } = candidate;
  const { url, tokens } = shop;
  const common = { url, clients: CLIENTS, warmUpMs: WARM_UP_MS, measureMs };
  perRead.push(await cost(candidate, () => reads.run({ ...common, paths: PATHS })));
  const placing = { ...common, path: "/v1/orders", tokens, skus: SKUS, linesPerOrder: 2, keys: true };
  perOrder.push(await cost(candidate, () => orders.run(placing)));
};

try {
  if (values.beside !== undefined) {
    const other = (await import(`${values.beside}/bench/busy-shop.ts`)) as {
      openOneProcess: typeof openOneProcess;
    };
    await add("the other", {}, other.openOneProcess);
  }
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
  await add("off", {});
  await add("on, of one in a hundred", { ...traced, OTEL_TRACES_SAMPLER_ARG: "0.01" });
  await add("on, of all", { ...traced, OTEL_TRACES_SAMPLER_ARG: "1" });
  for (let round = 0; round < rounds; round += 1)
    for (const candidate of candidates) await measure(candidate);
  const ratios = (pick: (candidate: Candidate) => readonly number[], candidate: Candidate) => {
    const base = candidates[0] === undefined ? [] : pick(candidates[0]);
    return spreadOf(pick(candidate).map((ms, nth) => ms / (base[nth] ?? Number.NaN)));
  };
  const shown = ({ median, min, max }: ReturnType<typeof spreadOf>) =>
    `${median.toFixed(3)} (${min.toFixed(3)}-${max.toFixed(3)})`;
  console.table(
    candidates.map((candidate) => ({
      traces: candidate.name,
      "CPU ms a read": spreadOf(candidate.perRead).median.toFixed(3),
      "to the first": shown(ratios(({ perRead }) => perRead, candidate)),
      "CPU ms an order": spreadOf(candidate.perOrder).median.toFixed(3),
      "to the first, orders": shown(ratios(({ perOrder }) => perOrder, candidate)),
    })),
  );
} finally {
  await Promise.all([reads.close(), orders.close()]);
  for (const { shop } of candidates) await shop.close();
  await receiver.close();
}
