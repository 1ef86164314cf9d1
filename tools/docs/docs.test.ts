import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differencesOf, missingLines } from "./answers.ts";
import { compile, shownFile } from "./compiled.ts";
import { blocksOf, placeOf, withoutExecutor } from "./executors.ts";
import { brokenLinks } from "./links.ts";
import { allMarkdown, anchorsIn, inRepository, type MarkdownFile, stepsOf } from "./markdown.ts";
import { isHistory, strangeNames, strangeVariables } from "./names.ts";

setDefaultTimeout(120_000);

/** `orders/`, `shared/kernel/`, `kiosk.ts`, alone or before what it is for. */
const PATH = /^(<?[a-z][\w-]*>?(?:\/[\w-]+)*(?:\/|\.ts))(?: |$)/;

const files = allMarkdown();
const blocks = blocksOf(files);
const marked = (word: string) => blocks.filter(({ block }) => block.mark?.word === word);
const pageOf = (text: string, path = "docs/page.md"): MarkdownFile => ({ path, text, steps: stepsOf(text) });

describe("every page", () => {
  test("leads to files and headings that there are", () => {
    expect(files.length).toBeGreaterThan(60);
    expect(files.flatMap(brokenLinks)).toEqual([]);
  });

  test("names commands, options, files, services and variables that there are", () => {
    const strange = files
      .filter((file) => !isHistory(file))
      .flatMap((file) =>
        [...strangeNames(file), ...strangeVariables(file.text)].map((name) => `${file.path}: ${name}`),
      );
    expect(strange).toEqual([]);
  });
});

test("every promise that is judged by `bun run prove` stands in the guarantees, and no other", async () => {
  const { promises } = await import("../../prove/promises/all.ts");
  const [, ...sections] = [
    ...anchorsIn(readFileSync(inRepository("docs/explanation/guarantees.md"), "utf8")),
  ];
  expect(sections).toEqual(promises.map(({ name }) => name));
});

describe("every block", () => {
  test("has something that would find out that it is wrong, or says why it has not", () => {
    expect(blocks.map(withoutExecutor).filter((why) => why !== null)).toEqual([]);
    const notRun = marked("not run");
    console.info(`${blocks.length} blocks of pages; not run are ${notRun.length}:`);
    for (const placed of notRun) console.info(`  ${placeOf(placed)}: ${placed.block.mark?.value}`);
  });

  test("of commands is a script that bash can read", () => {
    const folder = mkdtempSync(join(tmpdir(), "kiosk-docs-syntax-"));
    const wrong = blocks
      .filter(({ block }) => block.language === "sh")
      .flatMap((placed, index) => {
        const file = join(folder, `${index}.sh`);
        writeFileSync(file, placed.block.text);
        const { exitCode, stderr } = Bun.spawnSync(["bash", "-n", file]);
        return exitCode === 0 ? [] : [`${placeOf(placed)}: ${stderr}`];
      });
    rmSync(folder, { recursive: true });
    expect(wrong).toEqual([]);
  });

  test("of JSON can be read", () => {
    for (const { block } of blocks)
      if (block.language === "json") expect(() => JSON.parse(block.text)).not.toThrow();
  });

  test("that shows a file shows it as it is", () => {
    for (const placed of marked("file")) {
      const file = shownFile(placed);
      expect([placeOf(placed), placed.block.text]).toEqual([placeOf(placed), file?.text ?? ""]);
    }
  });

  test("that a test elsewhere runs is named there", () => {
    for (const { file, block } of marked("run by")) {
      expect([block.mark?.value, existsSync(inRepository(block.mark?.value ?? ""))]).toEqual([
        block.mark?.value,
        true,
      ]);
      const reader = readFileSync(inRepository(block.mark?.value ?? ""), "utf8");
      const [folder = "", name = ""] = file.path.split("/").slice(-2);
      expect(reader).toContain(name);
      expect(reader).toContain(folder);
    }
  });

  test("of paths names rooms and files that there are", () => {
    for (const { block } of marked("paths")) {
      const wrong = block.text.split("\n").flatMap((line) => {
        // The first of a line is a room; what follows stands in it, or in the root.
        const [room = "", ...others] = line.split(/ {2,}/).flatMap((part) => PATH.exec(part)?.[1] ?? []);
        const folder = room.replace("<service>", "orders");
        return [folder, ...others]
          .filter((path) => ![path, join(folder, path)].some((one) => existsSync(inRepository(one))))
          .map((path) => `${path} in: ${line}`);
      });
      expect(wrong).toEqual([]);
    }
  });

  test("of TypeScript, and what a diff makes of the code, compiles", async () => {
    expect((await compile(blocks)).map((line) => line.slice(0, 400))).toEqual([]);
  });
});

describe("a fault in a page is found:", () => {
  let faults: readonly string[];
  beforeAll(async () => {
    faults = await compile(
      blocksOf([
        pageOf('```ts\nconst one: number = "one";\n```\n'),
        pageOf(
          "```diff\n--- a/sandbox/bot-identity.ts\n+++ b/sandbox/bot-identity.ts\n@@ -1,1 +1,1 @@\n-nothing\n+something\n```\n",
        ),
      ]),
    );
  });

  test("types that do not fit, a diff of what is not there", () => {
    expect(faults).toHaveLength(2);
    expect(faults.join("\n")).toContain("docs/page.md:1 + (1,7): error TS2322");
    expect(faults.join("\n")).toContain("patch failed: sandbox/bot-identity.ts:1");
  });

  test("a block that nothing runs, a reason that is none, a fence that is open", () => {
    const wrong = [
      "```rust\n```\n",
      "```\n```\n",
      "<!-- not run -->\n```sh\n```\n",
      "<!-- prints -->\n```ts\n```\n",
    ];
    for (const text of wrong)
      expect(blocksOf([pageOf(text)]).map(withoutExecutor)).toEqual([
        expect.stringContaining("docs/page.md:"),
      ]);
    expect(() => stepsOf("```sh\nls\n")).toThrow("never closed");
  });

  test("a link to nothing, a heading that is not there", () => {
    const page = pageOf(
      "[a](nothing.md) [b](operations.md#nothing) [c](operations.md#the-way-back) `[d](no.md)`",
    );
    expect(brokenLinks(page)).toHaveLength(2);
    expect([...anchorsIn("# A `b` c\n\n## A b c\n")]).toEqual(["a-b-c", "a-b-c-1"]);
  });

  test("names that nobody has", () => {
    expect(
      strangeNames(
        pageOf(
          "bun run strat; bun run status --jsn; bun run status --json; tools/no.ts; docker compose --profile none up",
        ),
      ),
    ).toEqual(["bun run strat", "bun run status --jsn", "tools/no.ts", "none"]);
    expect(strangeVariables("`DATABSE_URL`, `DATABASE_URL`, `OUT_OF_STOCK`, REDDIS_URL=x")).toEqual([
      "DATABSE_URL",
      "REDDIS_URL",
    ]);
  });

  test("an answer that is another one", () => {
    const id = "019a5b7e-0000-7000-8000-000000000001";
    const got = JSON.stringify({ id, status: "rejected", lines: [{ quantity: 2 }], more: true });
    expect(differencesOf(`{"id":"${id.replaceAll("7", "8")}","lines":[{"quantity":2}]}`, got)).toEqual([]);
    expect(differencesOf('{"status":"confirmed","lines":[{"quantity":3},{}]}', got)).toEqual([
      '/status: "confirmed", and not "rejected"',
      "/lines: a list of 2 or more",
    ]);
    expect(differencesOf("{}", "<html>")).toEqual(["no JSON: <html>"]);
    expect(missingLines("one\n…\nth…e\nK-1001", "one\ntwo\nthree\nK-2002\n")).toEqual([]);
    expect(missingLines("two\none", "one\ntwo\n")).toEqual(["one"]);
  });
});
