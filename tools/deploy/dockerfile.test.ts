import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { contextFiles, contextRules, copyInto } from "./build-context.ts";
import { readInstructions } from "./dockerfile.ts";
import { sampleOf } from "./testing/part-environment.ts";
import { inRepository } from "./yaml-files.ts";

// The dependencies of production are installed, on a machine that may be busy.
setDefaultTimeout(240_000);

const instructions = readInstructions(readFileSync(inRepository("Dockerfile"), "utf8"));
const rest = (name: string): readonly string[] =>
  instructions.filter((instruction) => instruction.name === name).map((instruction) => instruction.rest);
const files = contextFiles();
const image = mkdtempSync(join(tmpdir(), "kiosk-image-"));

/** A step of the image without Docker: in a folder instead of a file system, with its environment and nothing of ours. */
const run = async (command: readonly string[], env: Record<string, string> = {}) => {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: image,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", NODE_ENV: "production", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { said: out + err, exitCode };
};

afterAll(() => rmSync(image, { recursive: true, force: true }));

describe("the Dockerfile", () => {
  test("builds in two stages on the pinned Bun, and the second is not root", () => {
    expect(rest("ARG")).toEqual([`BUN_VERSION=${manifest.packageManager.replace("bun@", "")}`]);
    const base = `oven/bun:\${BUN_VERSION}-slim`;
    expect(rest("FROM")).toEqual([`${base} AS dependencies`, `${base} AS kiosk`]);
    expect(rest("USER")).toEqual(["1000:1000"]);
    const order = instructions.map(({ name }) => name);
    expect(order.lastIndexOf("RUN")).toBeLessThan(order.lastIndexOf("USER"));
  });

  test("says how it is stopped and how it is well", () => {
    expect(rest("STOPSIGNAL")).toEqual(["SIGTERM"]);
    expect(rest("HEALTHCHECK").join()).toContain('CMD ["bun", "tools/healthcheck.ts"]');
    expect(rest("ENTRYPOINT")).toEqual(['["bun", "kiosk.ts"]']);
  });
});

describe("the build context", () => {
  test("has what runs and nothing else: no test, no data, no secret, no document", () => {
    for (const needed of [
      "kiosk.ts",
      "bun.lock",
      "orders/store/migrations/0000_init.sql",
      "tools/db-migrate.ts",
    ])
      expect(files).toContain(needed);
    const stray = files.filter((path) =>
      /\.test\.tsx?$|\.env|\.md$|^(e2e|docs|deploy|bench|\.git)/.test(path),
    );
    expect(stray.filter((path) => !path.endsWith("README.md"))).toEqual([]);
  });

  test("is read as Docker reads it: the last rule decides", () => {
    const isKept = contextRules("*\n!orders\n**/*.test.ts\n# a comment\n\n!orders/keep.test.ts\n");
    const paths = ["a.ts", "orders/a.ts", "orders/x/a.test.ts", "orders/keep.test.ts", ".env"];
    expect(paths.map(isKept)).toEqual([false, true, false, true, false]);
  });
});

describe("the image's steps, as far as they go without Docker", () => {
  beforeAll(async () => {
    const [copied = "", , context] = rest("COPY");
    const names = copied.split(" ").slice(0, -1);
    expect([names, context]).toEqual([["package.json", "bun.lock", "bunfig.toml"], ". ."]);
    copyInto(image, names);
    const installed = await run(["install", "--frozen-lockfile", "--production"]);
    expect([installed.exitCode, installed.said]).toEqual([0, expect.any(String)]);
    copyInto(image, files);
    const steps = rest("RUN")
      .flatMap((line) => line.split(" && "))
      .filter((step) => step.startsWith("bun tools/"));
    expect(steps).toEqual(["bun tools/ensure-installed.ts --as-installed", "bun tools/pages/pages.ts"]);
    for (const step of steps) expect(await run(step.split(" ").slice(1))).toMatchObject({ exitCode: 0 });
  });

  test("the production's dependencies are there and those of development are not", () => {
    expect(existsSync(join(image, "node_modules/elysia"))).toBe(true);
    for (const name of Object.keys(manifest.devDependencies).filter((name) => !name.includes("types")))
      expect([name, existsSync(join(image, "node_modules", name))]).toEqual([name, name === "typescript"]);
  });

  test("the entry finds all of its files: it reads its words, and what it is not given it names", async () => {
    expect(await run(["kiosk.ts", "nobody"])).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining("nobody: there is no such service"),
    });
    const bare = await run(["kiosk.ts", "gateway", "auth"]);
    expect(bare.exitCode).toBe(1);
    for (const name of ["INTERNAL_TOKEN", "OTP_PEPPER", "JWT_PRIVATE_JWK"]) expect(bare.said).toContain(name);
  });

  test("it starts with what production wants, as one process, and stops when it is told to", async () => {
    const names = ["INTERNAL_TOKEN", "OTP_PEPPER", "JWT_PRIVATE_JWK"];
    const data = mkdtempSync(join(tmpdir(), "kiosk-image-data-"));
    // Where we are root, PostgreSQL runs as another user: it keeps its data in here only if it may enter.
    chmodSync(data, 0o755);
    const child = Bun.spawn([process.execPath, "kiosk.ts"], {
      cwd: image,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: process.env.HOME ?? "",
        ...{ NODE_ENV: "production", TELEGRAM_SANDBOX: "allow", PORT: "0", DATA_DIR: data },
        ...Object.fromEntries(names.map((name) => [name, sampleOf(name)])),
      },
      stdout: "pipe",
      stderr: "inherit",
    });
    let said = "";
    const ready = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const chunk of child.stdout) {
        said += new TextDecoder().decode(chunk);
        if (said.includes("Kiosk is ready")) ready.resolve();
      }
      ready.resolve();
    })();
    await ready.promise;
    child.kill("SIGTERM");
    expect([await child.exited, said]).toEqual([0, expect.stringContaining("Kiosk is ready")]);
    await reading;
    rmSync(data, { recursive: true, force: true });
  });

  const commands: readonly (readonly [string, string])[] = [
    ["backup/backup.ts", "Usage: bun run backup"],
    ["backup/restore.ts", "Usage: bun run restore"],
    ["status/status.ts", "Usage: bun run status"],
    ["prod-check/prod-check.ts", "Usage: bun run prod-check"],
    ["db-migrate.ts", "Usage: bun run db:migrate"],
    ["stock/verify.ts", "Usage: bun run stock:verify"],
    ["stock/repair.ts", "Usage: bun run stock:repair"],
    ["replicas/verify.ts", "Usage: bun run replicas:verify"],
    ["replicas/rebuild.ts", "Usage: bun run replicas:rebuild"],
    ["keys/rotate.ts", "Usage: bun run keys:rotate"],
  ];
  for (const [file, usage] of commands) {
    test(`${file} is in it, whole`, async () => {
      const told = await run([`tools/${file}`, "--no-such-word"]);
      expect([told.exitCode, told.said]).toEqual([2, expect.stringContaining(usage)]);
    });
  }

  test("its health check says no where nobody answers", async () => {
    expect((await run(["tools/healthcheck.ts", "orders"], { ORDERS_PORT: "1" })).exitCode).toBe(1);
  });
});
