// `bun run replay FILE.csv [--limit N] [--speed N] [--url URL]`: books a real retailer's order lines (UCI Online Retail)
// into a Kiosk, through the same doors that people use, and accounts for every line.

import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../../boot/sandbox-admin.ts";
import { createApiClient, UnexpectedAnswer } from "../client/api-client.ts";
import { findKiosk } from "../client/running-kiosk.ts";
import { planReplay } from "./plan.ts";
import { readLines } from "./read-lines.ts";
import { replayReport } from "./report.ts";
import { runReplay } from "./run.ts";
import { verifyReplay } from "./verify.ts";

const USAGE =
  "Usage: bun run replay FILE.csv [--limit LINES] [--speed RECORDED_SECONDS_PER_SECOND] [--url http://127.0.0.1:3000]";
/** Lines of progress where there is no terminal: one each so many per cent. */
const PLAIN_STEP_PERCENT = 25;

const say = (text: string) => process.stdout.write(`${text}\n`);

const positive = (name: string, text: string | undefined): number | null => {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new Error(`--${name} wants a number above zero.\n${USAGE}`);
  return value;
};

/** A bar on a terminal, a line now and then elsewhere. */
const createProgress = () => {
  let bar: SingleBar | null = null;
  let current = "";
  let shownPercent = 0;
  const begin = (phase: string, total: number) => {
    bar?.stop();
    current = phase;
    shownPercent = 0;
    bar = process.stdout.isTTY
      ? new SingleBar({ format: `  ${phase.padEnd(9)} {bar} {value}/{total}`, hideCursor: true })
      : null;
    bar?.start(total, 0);
  };
  return {
    show(phase: string, done: number, total: number) {
      if (phase !== current) begin(phase, total);
      bar?.update(done);
      const percent = Math.floor((done / total) * 100);
      if (bar === null && (percent >= shownPercent + PLAIN_STEP_PERCENT || done === total)) {
        shownPercent = percent;
        say(`  ${phase.padEnd(9)} ${done}/${total}`);
      }
    },
    end: () => bar?.stop(),
  };
};

/** The currency in which the shop sells: that of its products, else the file's own. */
const currencyOf = async (url: string): Promise<string> => {
  const schema = z.object({ items: z.array(z.object({ price: z.object({ currency: z.string() }) })) });
  const { body } = await createApiClient(url).expect(200, schema, "/v1/products?limit=1");
  return body.items[0]?.price.currency ?? process.env.CURRENCY ?? "GBP";
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: Bun.argv.slice(2),
    options: { limit: { type: "string" }, speed: { type: "string" }, url: { type: "string" } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined) throw new Error(USAGE);
  if (!(await Bun.file(file).exists())) throw new Error(`There is no file ${file}.`);
  const lines = await readLines(file, positive("limit", values.limit) ?? Number.POSITIVE_INFINITY);
  const plan = planReplay(lines);
  const fileId = Bun.hash(JSON.stringify(lines)).toString(36);

  const kiosk = await findKiosk({
    url: values.url,
    env: { RATE_LIMITS: "off", CURRENCY: "GBP", ...ownEnvironment() },
    dataDir: process.env.DATA_DIR ?? ".data",
  });
  const progress = createProgress();
  try {
    say(`${lines.length} lines into ${kiosk.own ? "a Kiosk of its own" : "the Kiosk"} at ${kiosk.url}`);
    const startedAt = performance.now();
    const result = await runReplay(plan, await currencyOf(kiosk.url), {
      url: kiosk.url,
      sandboxToken: kiosk.sandboxToken,
      adminPhone: process.env.ADMIN_PHONES?.split(",")[0]?.trim() || SANDBOX_ADMIN_PHONE,
      fileId,
      speed: positive("speed", values.speed),
      onProgress: progress.show,
    });
    const verification = await verifyReplay(plan, result, (done, total) =>
      progress.show("checks", done, total),
    );
    progress.end();
    say(replayReport(plan, result, verification, (performance.now() - startedAt) / 1000));
    return verification.problems.length === 0 ? 0 : 1;
  } finally {
    progress.end();
    await kiosk.close();
  }
};

/** An own instance uses the servers that this environment names. */
function ownEnvironment(): Record<string, string> {
  const names = ["DATABASE_URL", "REDIS_URL", "RABBITMQ_URL"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

try {
  process.exit(await main());
} catch (error) {
  const limited = error instanceof UnexpectedAnswer && error.status === 429;
  say(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  if (limited)
    say("  A replay makes more calls than one address may: start Kiosk with RATE_LIMITS=off for it.");
  process.exit(1);
}
