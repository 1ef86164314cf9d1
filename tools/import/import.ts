// `bun run import FILE.csv [--dry-run] [--url URL]`: imports products from a file (Kiosk's own columns, a Shopify export, order
// lines of UCI's Online Retail) and accounts for every row. Exit code: 0 all rows stand, 2 some were reported, 1 it failed.

import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { z } from "zod";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { createApiClient, UnexpectedAnswer } from "../client/api-client.ts";
import { addReports, importText } from "./report.ts";
import { type ImportedProgress, type ImportedReport, sendFile } from "./send-file.ts";
import { createSplitTally, PART_LIMITS, type Part, splitFile } from "./split-file.ts";
import { openStaffSession, type StaffSession } from "./staff-session.ts";

const USAGE = "Usage: bun run import FILE.csv [--dry-run] [--url http://127.0.0.1:3000]";
const SOME_REPORTED = 2;
/** Lines of progress where there is no terminal: one each so many per cent. */
const PLAIN_STEP_PERCENT = 25;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** A bar on a terminal, a line now and then elsewhere. Bytes of parts that are done count as well. */
const createProgress = (totalBytes: number) => {
  const format = "  {bar} {percentage}%  {rows} rows, {created} created, {changed} changed, {bad} reported";
  const bar = process.stdout.isTTY ? new SingleBar({ format, hideCursor: true }) : null;
  const none = { rows: 0, created: 0, changed: 0, bad: 0 };
  bar?.start(totalBytes, 0, none);
  let [before, now, shownPercent] = [none, none, 0];
  let [bytesBefore, bytesNow] = [0, 0];
  const show = () => {
    const counts = {
      rows: before.rows + now.rows,
      created: before.created + now.created,
      changed: before.changed + now.changed,
      bad: before.bad + now.bad,
    };
    const bytes = Math.min(totalBytes, bytesBefore + bytesNow);
    bar?.update(bytes, counts);
    const percent = totalBytes === 0 ? 100 : Math.floor((bytes / totalBytes) * 100);
    if (bar !== null || percent < shownPercent + PLAIN_STEP_PERCENT) return;
    shownPercent = percent;
    say(`  ${percent} %  ${counts.rows} rows, ${counts.created} created, ${counts.changed} changed`);
  };
  return {
    show({ bytes, rows, created, changed, bad }: ImportedProgress) {
      [now, bytesNow] = [{ rows, created, changed, bad }, bytes];
      show();
    },
    partDone(bytes: number, { rows, created, changed, bad }: ImportedReport) {
      before = {
        rows: before.rows + rows,
        created: before.created + created,
        changed: before.changed + changed,
        bad: before.bad + bad,
      };
      [now, bytesBefore, bytesNow] = [none, bytesBefore + bytes, 0];
      show();
    },
    end: () => bar?.stop(),
  };
};

/** The currency in which the shop sells: that of its products, else the environment's. */
const currencyOf = async (url: string): Promise<string> => {
  const schema = z.object({ items: z.array(z.object({ price: z.object({ currency: z.string() }) })) });
  const { body } = await createApiClient(url).expect(200, schema, "/v1/products?limit=1");
  return body.items[0]?.price.currency ?? process.env.CURRENCY ?? "USD";
};

/** True for a file that one request can take. */
const isSmall = async (file: Blob): Promise<boolean> => {
  if (file.size > PART_LIMITS.bytes) return false;
  let lines = 0;
  for await (const chunk of file.stream()) for (const byte of chunk) if (byte === 0x0a) lines += 1;
  return lines <= PART_LIMITS.rows;
};

const whole = async function* (file: Blob): AsyncGenerator<Part> {
  yield { body: file, lineOf: (line) => line };
};

const importFile = async (file: Blob, session: StaffSession, dryRun: boolean) => {
  const tally = createSplitTally();
  const { url, token } = session;
  const parts = (await isSmall(file))
    ? whole(file)
    : splitFile(file.stream(), { currency: await currencyOf(url), limits: PART_LIMITS, tally });
  const progress = createProgress(file.size);
  const reports = [];
  try {
    for await (const { body, lineOf } of parts) {
      const report = await sendFile(body, { url, token, id: newId(), dryRun, onProgress: progress.show });
      reports.push({ report, lineOf });
      progress.partDone(body.size, report);
    }
  } finally {
    progress.end();
  }
  return addReports(reports, tally);
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: Bun.argv.slice(2),
    options: { "dry-run": { type: "boolean", default: false }, url: { type: "string" } },
    allowPositionals: true,
  });
  const [path, more] = positionals;
  if (path === undefined || more !== undefined) throw new Error(USAGE);
  const file = Bun.file(path);
  if (!(await file.exists())) throw new Error(`There is no file ${path}.`);
  const session = await openStaffSession(values.url);
  try {
    say(`${path} into ${session.own ? "a Kiosk of its own" : "the Kiosk"} at ${session.url}`);
    const startedAt = performance.now();
    const report = await importFile(file, session, values["dry-run"]);
    say(importText(report, (performance.now() - startedAt) / 1_000));
    return report.bad > 0 ? SOME_REPORTED : 0;
  } finally {
    await session.close();
  }
};

const problemSchema = z.object({
  detail: z.string(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** A problem in words: what is wrong, and what has to be so. */
const problemText = (detail: string, errors: readonly { readonly message: string }[] = []): string =>
  [detail, ...errors.map(({ message }) => `  It ${message}.`)].join("\n");

const reasonOf = (error: unknown): string => {
  if (isKioskError(error)) return problemText(error.message, error.details.errors);
  const problem = error instanceof UnexpectedAnswer ? problemSchema.safeParse(error.body) : null;
  if (problem?.success) return problemText(problem.data.detail, problem.data.errors);
  return error instanceof Error ? error.message : String(error);
};

try {
  process.exit(await main());
} catch (error) {
  say(`\n✗ ${reasonOf(error)}`);
  if (error instanceof UnexpectedAnswer && (error.status === 401 || error.status === 403))
    say("  An import is for staff: set KIOSK_TOKEN to the access token of somebody who is.");
  process.exit(1);
}
