import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../testing/silent-logger.ts";
import { openEmbeddedPostgres } from "./embedded-postgres.ts";
import { accountForServer, isTraversable } from "./embedded-postgres-account.ts";
import { withClient } from "./ensure-database.ts";

// Starting a server on a busy machine takes longer than the 5 s that bun gives a test.
setDefaultTimeout(30_000);

const stranger = { name: "stranger", uid: 54_321, gid: 54_321 };

describe("where another account may go", () => {
  let home: string;
  let inner: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "kiosk-account-"));
    inner = join(home, "inner");
    mkdirSync(inner);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test("depends on every folder on the way", () => {
    chmodSync(home, 0o700);
    chmodSync(inner, 0o755);
    expect(isTraversable(inner, stranger)).toBe(false);
    chmodSync(home, 0o711);
    expect(isTraversable(inner, stranger)).toBe(true);
    chmodSync(inner, 0o710);
    expect(isTraversable(inner, stranger)).toBe(false);
  });

  test("is told by the folders that are there, for one that is not yet", () => {
    chmodSync(home, 0o711);
    chmodSync(inner, 0o711);
    expect(isTraversable(join(inner, "to", "come"), stranger)).toBe(true);
    chmodSync(inner, 0o700);
    expect(isTraversable(join(inner, "to", "come"), stranger)).toBe(false);
  });

  test("is everywhere that is its own, whatever others may do", () => {
    chmodSync(home, 0o711);
    chmodSync(inner, 0o700);
    const owner = { name: "owner", uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    expect(isTraversable(inner, owner)).toBe(true);
    chmodSync(inner, 0o077);
    expect(isTraversable(inner, owner)).toBe(false);
    chmodSync(inner, 0o700);
  });
});

describe("whom PostgreSQL runs as", () => {
  test("is nobody else, unless we are root", () => {
    const account = accountForServer();
    expect(account === undefined).toBe(process.getuid?.() !== 0);
  });

  if (process.getuid?.() !== 0) {
    console.info("not run: PostgreSQL for root in a folder of root alone (only root can try)");
    return;
  }

  test("gets its data elsewhere when it cannot enter root's folder, and the folder says where", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "kiosk-of-root-"));
    const postgres = await openEmbeddedPostgres({ dataDir, log: silentLogger() });
    try {
      expect(postgres.where.startsWith(dataDir)).toBe(false);
      expect(JSON.parse(readFileSync(join(dataDir, "postgres.json"), "utf8"))).toMatchObject({
        place: postgres.where,
      });
      expect(await withClient(postgres.urlFor("postgres"), async () => "connected")).toBe("connected");
    } finally {
      await postgres.stop();
      rmSync(postgres.where, { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
