import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { readSse } from "../shared/testing/sse-reader.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { ownFolder, runCommand } from "./own-folder.ts";

setDefaultTimeout(120_000);

const own = ownFolder();
const files = mkdtempSync(join(tmpdir(), "kiosk-import-"));
let kiosk: KioskProcess;
let token = "";

const signInAsMerchant = async () => {
  const api = createApiClient(kiosk.url);
  const sandbox = createSandboxClient(api, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  return (await signIn(api, sandbox, { firstName: "Merchant", phone: SANDBOX_ADMIN_PHONE })).accessToken;
};

beforeAll(async () => {
  kiosk = await own.start();
  token = await signInAsMerchant();
});
afterAll(async () => {
  await own.close();
  rmSync(files, { recursive: true });
});

const headers = () => ({ authorization: `Bearer ${token}` });
const get = async (path: string): Promise<unknown> =>
  (await fetch(`${kiosk.url}${path}`, { headers: headers() })).json();
const progressSchema = z.object({ state: z.string(), created: z.int(), rows: z.int() });
/** Null before it has begun. */
const progressOf = async (id: string) =>
  progressSchema
    .nullable()
    .catch(null)
    .parse(await get(`/v1/products/imports/${id}`));

const rowsOf = (run: string, from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${run}-${from + i},${run} ${from + i},1.00\n`).join("");

/** As somebody who has a token; signing in by the sandbox takes a code each time, and there are only so many. */
const run = (
  script: "import" | "export",
  words: readonly string[],
  env: Readonly<Record<string, string>> = { KIOSK_TOKEN: token },
) => runCommand(`tools/import/${script}.ts`, ["--url", kiosk.url, ...words], env);

describe("the commands for files of products", () => {
  test("import a file, tell of every row by their exit codes too, and export what is imported again without a change", async () => {
    const file = join(files, "products.csv");
    await Bun.write(file, "sku,name,price,shelf\nCMD-1,One,1.50,A\nCMD-2,Two,2,B\n");
    const first = await run("import", [file], { DATA_DIR: own.dataDir });
    expect([first.exitCode, first.err]).toEqual([0, ""]);
    expect(first.out).toContain("2 read = 2 accepted + 0 corrected + 0 reported");
    expect(first.out).toContain("2 created, 0 changed, 0 unchanged");
    expect(first.out).toContain("Not read    shelf");

    await Bun.write(file, 'sku,name,price\nCMD-1,One,1.75\nCMD-2,Two,"2,5"\n');
    const tried = await run("import", [file, "--dry-run"]);
    expect(tried.exitCode).toBe(2);
    expect(tried.out).toContain("~ CMD-1 (line 2) price: 1.50 USD → 1.75 USD");
    expect(tried.out).toContain("line 3, price: must have a point");

    const exported = join(files, "exported.csv");
    expect(await run("export", [exported])).toMatchObject({ exitCode: 0, err: "" });
    expect(await Bun.file(exported).text()).toContain("CMD-1,One,,1.50,USD");
    expect((await run("export", [exported])).exitCode).toBe(1);
    expect((await run("import", [exported])).out).toContain("0 created, 0 changed");
  });

  test("say what is wrong with a file that is none, and with words that they do not know", async () => {
    const file = join(files, "other.csv");
    await Bun.write(file, "a,b\n1,2\n");
    const other = await run("import", [file]);
    expect(other.exitCode).toBe(1);
    expect(other.out).toContain("It must begin with a row that names the columns");
    expect((await run("import", [join(files, "none.csv")])).out).toContain("There is no file");
    expect((await run("import", [])).out).toContain("Usage:");
  });
});

test("an import that a crash cut off is seen as such, and goes on when the file is sent again", async () => {
  const id = crypto.randomUUID();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const file = `sku,name,price\n${rowsOf("CRASH", 0, 2_000)}`;
  const bytes = new TextEncoder().encode(file);
  // With its length, so that the gateway passes it on as it comes; the end is not sent before the crash.
  const half = bytes.subarray(0, bytes.length >> 1);
  const send = (body: BodyInit, length: number) =>
    fetch(`${kiosk.url}/v1/products/import?importId=${id}`, {
      method: "POST",
      headers: { ...headers(), "content-type": "text/csv", "content-length": String(length) },
      body,
      duplex: "half",
    } as RequestInit);
  const following = readSse(
    await fetch(`${kiosk.url}/v1/products/imports/${id}/stream`, { headers: headers() }),
  );
  const cut = send(readable, bytes.length).catch(() => null);
  await writer.write(half);
  await waitFor(async () => ((await progressOf(id))?.created ?? 0) >= 500, {
    what: "some chunks",
    timeoutMs: 30_000,
  });
  expect(following.messages.at(-1)?.data).toMatchObject({ state: "running" });
  await kiosk.kill();
  await writer.abort().catch(() => undefined);
  expect((await cut)?.status ?? 0).not.toBe(200);

  kiosk = await own.start();
  token = await signInAsMerchant();
  const left = await progressOf(id);
  expect(left?.state).toBe("running");
  // It would take half a minute to be taken for dead: another id need not wait.
  const again = await fetch(`${kiosk.url}/v1/products/import`, {
    method: "POST",
    headers: { ...headers(), "content-type": "text/csv" },
    body: bytes,
  });
  const report = z
    .object({ created: z.int(), unchanged: z.int(), changed: z.int(), bad: z.int() })
    .parse(await again.json());
  expect(report.unchanged).toBeGreaterThanOrEqual(left?.created ?? Number.NaN);
  expect(report).toEqual({
    created: 2_000 - report.unchanged,
    unchanged: report.unchanged,
    changed: 0,
    bad: 0,
  });
});
