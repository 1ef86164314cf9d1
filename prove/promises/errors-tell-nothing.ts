import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { sendMisplaced } from "../../e2e/secrets-canary/misplaced.ts";
import { serviceNames } from "../../shared/runtime/service.ts";
import { createCanary } from "../../shared/testing/canary/canary.ts";
import { heardLines } from "../../shared/testing/canary/heard-lines.ts";
import { SPOOL_SUFFIX } from "../../shared/testing/canary/spool.ts";
import { dumpTables } from "../../shared/testing/canary/table-dump.ts";
import { type Search, search } from "../../tools/canary/search.ts";
import { SAID_MAX } from "../journal.ts";
import type {
  CallRecord,
  Evidence,
  Finding,
  Listening,
  ProvenPromise,
  ShopUnderProof,
  Verdict,
} from "../promise.ts";
import { finding, judgeNotes } from "./act-notes.ts";
import { withCall, withShop } from "./breaking.ts";
import { isProblem, saysTooMuch } from "./error-words.ts";
import { comeIn } from "./newcomers.ts";
import { firstFew } from "./rows.ts";

const NAME = "errors-tell-attackers-nothing";

const notesSchema = z.object({
  /** Requests that carried a secret where it does not belong. */
  requests: z.int(),
});
type Notes = z.infer<typeof notesSchema>;

/** Secrets that are good now are put into every wrong field, address, header and body. */
const play = async (shop: ShopUnderProof): Promise<Notes> => {
  const { accessToken, refreshToken } = await comeIn(shop, "Radia");
  shop.canary?.canary.learnFrom({ accessToken, refreshToken, internal_token: shop.internalToken });
  let requests = 0;
  for (const secret of [refreshToken, shop.internalToken])
    requests += await sendMisplaced(shop.api, secret, accessToken);
  return { requests };
};

/** Of each table: a run makes hundreds of thousands, each in the way of the one before. */
const NEWEST_ROWS = 1_000;

/** How much of the output was heard, and whether the tables were, by who listened: each is looked at once. */
const heard = new WeakMap<Listening, { readonly length: number }>();

/** Shows the canary what was printed since it last heard, and at the first time every table. */
const listen = async (shop: ShopUnderProof, listening: Listening): Promise<void> => {
  const { canary, world } = listening;
  const before = heard.get(listening);
  const output = shop.output();
  heard.set(listening, { length: output.length });
  const lines = heardLines("output", world, canary);
  lines.add(output.slice(before?.length ?? 0));
  lines.end();
  if (before !== undefined) return canary.flush();
  for (const name of serviceNames)
    await dumpTables({ name, url: shop.databaseUrl(name), world, newestRows: NEWEST_ROWS }, canary);
};

/** The last search of each folder: nothing new was said as long as its files are as large. */
const searched = new Map<string, { readonly bytes: number; readonly result: Search }>();

const searchOnce = ({ folder }: Listening): Search => {
  const spools = readdirSync(folder).filter((name) => name.endsWith(SPOOL_SUFFIX));
  const bytes = spools.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const before = searched.get(folder);
  if (before?.bytes === bytes) return before.result;
  const result = search(folder);
  searched.set(folder, { bytes, result });
  return result;
};

const isRefusal = ({ status }: CallRecord): boolean => status !== null && status >= 400;

/** Refusals that are no problems of ours, or say what is inside. */
const answerFindings = (calls: readonly CallRecord[]): Finding[] => {
  const kinds = new Map(
    calls.filter(isRefusal).flatMap(({ said = "", status, method, path }) => {
      const where = `${method} ${path.split("?")[0]}: ${status}`;
      const much = saysTooMuch(said);
      // An answer that was cut for the journal can be read no more, and was of our making up to there.
      const foreign =
        isProblem(said) || ["", "null"].includes(said) || said.length >= SAID_MAX
          ? []
          : ["something that is no problem"];
      return [...much, ...foreign].map((what) => [`${where} ${what}`, { where, what }] as const);
    }),
  );
  return [...kinds.values()].map(({ where, what }) => finding(`an error tells ${what}`, { where }));
};

const judge = async (notes: Notes, { calls, shop }: Evidence): Promise<Verdict> => {
  const { canary: listening } = shop;
  if (listening === null) return { counted: {}, findings: [], notJudged: "nobody listened for secrets" };
  await listen(shop, listening);
  const { leaks, secrets, kinds, looked } = searchOnce(listening);
  return {
    counted: {
      ...{ secrets, kindsOfSecrets: kinds, lines: looked.lines },
      ...{ tables: looked.tables, newestRowsOfEach: NEWEST_ROWS },
      ...{ errors: calls.filter(isRefusal).length, misplaced: notes.requests },
    },
    findings: [
      ...firstFew(leaks).map(({ kind, channel, place }) =>
        finding(`${kind} stands in ${channel}: ${place}`, { kind, channel, place }),
      ),
      ...firstFew(answerFindings(calls)),
      ...(looked.unread === 0 ? [] : [finding(`${looked.unread} databases could not be looked into`)]),
    ],
  };
};

/** What was heard, in a folder of its own: what is planted there is not found again in the real one. */
const copyOf = (listening: Listening): Listening => {
  listening.canary.flush();
  const folder = join(listening.folder, `broken-${crypto.randomUUID()}`);
  mkdirSync(folder, { mode: 0o700 });
  for (const name of readdirSync(listening.folder))
    if (name.endsWith(SPOOL_SUFFIX)) copyFileSync(join(listening.folder, name), join(folder, name));
  const copy = { ...listening, folder, canary: createCanary(folder) };
  const before = heard.get(listening);
  if (before !== undefined) heard.set(copy, before);
  return copy;
};

const withLine = (evidence: Evidence, line: string): Evidence => {
  const { shop } = evidence;
  const canary = shop.canary === null ? null : copyOf(shop.canary);
  return withShop(evidence, { canary, output: () => `${shop.output()}\n${line}\n` });
};

/** Whoever reads answers, logs and tables learns no secret, and nothing of how the shop is made. */
export const errorsTellNothing: ProvenPromise = {
  name: NAME,
  says: "Errors tell attackers nothing: no secret in any response, log or table, and no library's text in any answer",
  act: { when: "calm", play },
  judge: judgeNotes(NAME, notesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "A secret stands in a line of the log",
      breakIt: async (evidence) =>
        withLine(
          evidence,
          JSON.stringify({ level: "warn", msg: "refused", token: evidence.shop.internalToken }),
        ),
    },
    {
      name: `${NAME}/sql`,
      says: "An error tells the SQL that failed",
      breakIt: async (evidence) =>
        withCall(evidence, {
          ...{
            atMs: 0,
            tookMs: 1,
            name: "order",
            method: "POST",
            path: "/v1/orders",
            status: 500,
            code: "INTERNAL",
          },
          said: JSON.stringify({
            ...{
              type: "about:blank",
              title: "Something went wrong",
              status: 500,
              code: "INTERNAL",
              requestId: "1",
            },
            detail: 'Failed query: insert into "customer_order" ("id") values ($1)',
          }),
        }),
    },
    {
      name: `${NAME}/page`,
      says: "An error is a text of a library",
      breakIt: async (evidence) =>
        withCall(evidence, {
          ...{ atMs: 0, tookMs: 1, name: "product", method: "GET", path: "/v1/products/x", status: 502 },
          said: "Bad Gateway",
        }),
    },
  ],
};
