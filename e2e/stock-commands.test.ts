import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, withClient } from "../shared/drivers/ensure-database.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { ownFolder, runCommand } from "./own-folder.ts";

setDefaultTimeout(120_000);

const own = ownFolder();
let kiosk: KioskProcess;
let token = "";

beforeAll(async () => {
  kiosk = await own.start();
  const api = createApiClient(kiosk.url);
  const sandbox = createSandboxClient(api, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  token = (await signIn(api, sandbox, { firstName: "Merchant", phone: SANDBOX_ADMIN_PHONE })).accessToken;
});
afterAll(own.close);

const recordOf = () => {
  const record = readRecord(own.dataDir);
  if (!record) throw new Error("there is no database in the folder");
  return record;
};

/** Runs a statement in inventory's database, past all of its rules but its CHECKs. */
const damage = (statement: string) =>
  withClient(clusterUrl(recordOf(), databaseNames.inventory), (client) => client.query(statement));

/** Everything that a command printed, which never holds the password. */
const run = async (
  script: "verify" | "repair",
  words: readonly string[] = [],
  env: Record<string, string> = {},
) => {
  const { out, err, exitCode } = await runCommand(`tools/stock/${script}.ts`, words, {
    DATA_DIR: own.dataDir,
    ...env,
  });
  expect(out + err).not.toContain(recordOf().password);
  expect(err).not.toMatch(/\n\s+at /);
  return { out, err, exitCode };
};

const levelSchema = z.object({ onHand: z.int(), version: z.int() });
const levelOf = async (sku: string) => {
  const headers = { authorization: `Bearer ${token}` };
  return levelSchema.parse(await (await fetch(`${kiosk.url}/v1/stock/${sku}`, { headers })).json());
};

const send = async (body: string, { type = "text/csv", key = "the-4th" } = {}) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": type, "idempotency-key": key };
  return fetch(`${kiosk.url}/v1/stock/receipts?create=true`, { method: "POST", headers, body });
};

describe("a delivery by CSV, through the gateway", () => {
  test("may be larger than other bodies, is booked once, and is refused above 20 MB", async () => {
    const note = "x".repeat(900);
    const rows = Array.from({ length: 2_000 }, (_, i) => `GATE-${i % 50},1,${note}`);
    const file = `sku,quantity,note\n${rows.join("\n")}\n`;
    expect(file.length).toBeGreaterThan(1024 * 1024);
    const first = await send(file);
    expect(first.status).toBe(200);
    const report = await first.text();
    expect(JSON.parse(report)).toMatchObject({ rows: 2_000, units: 2_000, created: 50, failed: 0 });
    const again = await send(file);
    expect([await again.text(), again.headers.get("idempotency-replayed")]).toEqual([report, "true"]);
    expect(await levelOf("GATE-0")).toMatchObject({ onHand: 40, version: 40 });
    expect((await send("x".repeat(20 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await send("{}", { type: "application/json" })).status).toBe(415);
  });
});

describe("a delivery in the middle of which the process is killed", () => {
  test("is booked to the last unit when it is sent again with the same key, and once", async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `CRASH-${i % 700},1`);
    const file = `sku,quantity\n${rows.join("\n")}\n`;
    await kiosk.stop();
    kiosk = await own.start({ env: { CRASH_AT: "inventory.change.before-commit#4" } });
    await send(file, { key: "the-5th" }).catch(() => null);
    await kiosk.exited;
    kiosk = await own.start();
    const resumed = await send(file, { key: "the-5th" });
    expect([resumed.status, resumed.headers.get("idempotency-replayed")]).toEqual([200, null]);
    expect(await resumed.json()).toMatchObject({ rows: 3_000, units: 3_000, created: 700, failed: 0 });
    const { rows: sums } = await damage(
      "select sum(on_hand)::int as units from stock_level where sku like 'CRASH-%'",
    );
    expect(sums).toEqual([{ units: 3_000 }]);
  });
});

describe("the commands on a Kiosk that is running", () => {
  test("agree with a sound shop", async () => {
    const verified = await run("verify");
    expect([verified.exitCode, verified.out]).toEqual([0, expect.stringContaining("All counters agree")]);
    const repaired = await run("repair");
    expect([repaired.exitCode, repaired.out]).toEqual([0, expect.stringContaining("Nothing to mend")]);
  });

  test("find what differs, and mend it", async () => {
    const { version } = await levelOf("GATE-1");
    await damage("update stock_level set on_hand = 7 where sku = 'GATE-1'");
    const verified = await run("verify");
    expect([verified.exitCode, verified.out]).toEqual([
      1,
      expect.stringContaining("GATE-1: on hand 7, the ledger says 40"),
    ]);
    const machine = await run("verify", ["--json"]);
    expect([machine.exitCode, JSON.parse(machine.out)]).toMatchObject([
      1,
      { differences: [{ sku: "GATE-1", what: "on hand", expected: 40, found: 7 }] },
    ]);
    const tried = await run("repair", ["--dry-run"]);
    expect([tried.exitCode, tried.out]).toEqual([
      1,
      expect.stringContaining("GATE-1: would become on hand 40"),
    ]);
    expect(await levelOf("GATE-1")).toEqual({ onHand: 7, version });

    const repaired = await run("repair", ["--json"]);
    expect([repaired.exitCode, JSON.parse(repaired.out)]).toMatchObject([
      0,
      { dryRun: false, repaired: [{ sku: "GATE-1", left: null }] },
    ]);
    expect(await levelOf("GATE-1")).toEqual({ onHand: 40, version: version + 1 });
    expect((await run("verify")).exitCode).toBe(0);
  });
});

describe("the commands on a Kiosk that is stopped", () => {
  test("start its PostgreSQL for as long as they run, and the Kiosk starts again after them", async () => {
    await damage("update stock_level set on_hand = 9 where sku = 'GATE-2'");
    await damage("update stock_level set version = version + 2 where sku = 'GATE-3'");
    await kiosk.stop();
    const verified = await run("verify");
    expect([verified.exitCode, verified.out]).toEqual([
      1,
      expect.stringContaining("The counters of 2 SKUs differ"),
    ]);
    const repaired = await run("repair");
    expect([repaired.exitCode, repaired.out]).toEqual([0, expect.stringContaining("2 SKUs mended")]);
    expect((await run("verify")).exitCode).toBe(0);
    await expect(damage("select 1")).rejects.toThrow();
    kiosk = await own.start();
    expect(await levelOf("GATE-2")).toMatchObject({ onHand: 40, version: 41 });
  });

  test("name what cannot be mended, and leave it", async () => {
    await damage("alter table stock_movement disable trigger user");
    await damage("delete from stock_movement where sku = 'GATE-4' and version_after = 5");
    await damage("alter table stock_movement enable trigger user");
    const repaired = await run("repair");
    expect([repaired.exitCode, repaired.out]).toEqual([
      1,
      expect.stringContaining("GATE-4: left alone, there is a gap in its ledger"),
    ]);
  });
});

describe("the commands where they cannot look", () => {
  test("say why with exit code 2, without a password", async () => {
    const nowhere = ownFolder();
    const cases: readonly (readonly [readonly string[], Record<string, string>, string])[] = [
      [[], { DATA_DIR: nowhere.dataDir }, "There is no database in"],
      [[], { DATABASE_URL: "postgres://kiosk:hunter2@127.0.0.1:1/x" }, "is DATABASE_URL right?"],
      [
        [],
        { INVENTORY_DATABASE_URL: "postgres://kiosk:hunter2@127.0.0.1:1/x" },
        "is INVENTORY_DATABASE_URL right?",
      ],
      [
        [],
        { INVENTORY_DATABASE_URL: clusterUrl(recordOf(), databaseNames.auth) },
        "not the inventory of this version",
      ],
      [[], { DATABASE_URL: "redis://:hunter2@127.0.0.1" }, "DATABASE_URL: a URL beginning with postgres://"],
      [["--all"], {}, "Usage: bun run stock:"],
    ];
    for (const script of ["verify", "repair"] as const) {
      for (const [words, env, said] of cases) {
        const { out, err, exitCode } = await run(script, words, env);
        expect([exitCode, out, err]).toEqual([2, "", expect.stringContaining(said)]);
        expect(err).not.toContain("hunter2");
      }
    }
    await nowhere.close();
  });
});
