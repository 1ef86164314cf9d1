import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readKeptSecrets } from "../boot/secrets.ts";
import { createKioskClient } from "../client/index.ts";
import { liveShelf } from "../docs/how-to/code/live-shelf.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { differencesOf, missingLines } from "../tools/docs/answers.ts";
import { allMarkdown, type Block, type MarkdownFile } from "../tools/docs/markdown.ts";
import { openReader, READERS_ADMINS, type Reader } from "./docs-reader.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(120_000);

/** As much of what was printed as a failure shows. */
const PRINTED_MAX = 400;
/** Of the products that a new shop has. */
const SKU = "NOTE-TIDE";

const isRun = ({ language, mark }: Block): boolean => language === "sh" && mark?.word !== "not run";
/** Pages with commands that are run, in the order of their paths: each in a shell of its own, all in one shop. */
const pages = allMarkdown().filter(({ steps }) => steps.some((step) => step.kind === "block" && isRun(step)));

const own = ownFolder();
let reader: Reader;
let url: string;
beforeAll(async () => {
  ({ url } = await own.start({ env: { ADMIN_PHONES: READERS_ADMINS } }));
  const sandbox = createSandboxClient(createApiClient(url), readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  reader = openReader({ url, dataDir: own.dataDir, sandbox });
});
afterAll(async () => {
  await reader?.close();
  await own.close();
});

/** Does what a page says from its beginning to its end. Answers where it is not as the page says. */
const follow = async ({ path, steps }: MarkdownFile): Promise<readonly string[]> => {
  const reading = reader.begin();
  const wrong: string[] = [];
  let printed = "";
  try {
    for (const step of steps) {
      if (step.kind === "hand") await reading.doByHand(step.does, printed);
      else if (isRun(step)) printed = await reading.type(step.text);
      else if (step.mark?.word === "prints") {
        const differs = step.language === "json" ? differencesOf : missingLines;
        const found = differs(step.text, printed).map((what) => `${path}:${step.line}: ${what}`);
        wrong.push(...found, ...(found.length === 0 ? [] : [`it printed ${printed.slice(0, PRINTED_MAX)}`]));
      }
    }
  } finally {
    await reading.end();
  }
  return wrong;
};

for (const page of pages)
  test(`${page.path}: its commands work as they are written, and print what it says`, async () => {
    expect(await follow(page)).toEqual([]);
  });

test("the shelf of docs/how-to/write-a-front-end.md moves when somebody restocks", async () => {
  const merchant = reader.begin();
  const ended = new AbortController();
  const [read, moved] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
  const watching = liveShelf(
    createKioskClient({ baseUrl: url }),
    (products) => {
      const { available } = products.find(({ sku }) => sku === SKU)?.stock ?? { available: 0 };
      read.resolve(available);
      void read.promise.then((before) => {
        if (available !== before) moved.resolve(available - before);
      });
    },
    ended.signal,
  );
  try {
    await read.promise;
    await merchant.doByHand("ADMIN is an access token of the merchant", "");
    await merchant.type(`curl -sf ${url}/v1/stock/${SKU}/adjustments -H "authorization: Bearer $ADMIN" \
      -H 'content-type: application/json' -d '{"delta":4,"reason":"receipt"}'`);
    expect(await moved.promise).toBe(4);
  } finally {
    ended.abort();
    await Promise.all([watching, merchant.end()]);
  }
});
