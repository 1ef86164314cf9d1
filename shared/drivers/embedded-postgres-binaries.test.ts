import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { accountForServer } from "./embedded-postgres-account.ts";
import { locatePackage, prepareBinaries } from "./embedded-postgres-binaries.ts";

// Starting a server on a busy machine takes longer than the 5 s that bun gives a test.
setDefaultTimeout(30_000);

/** The package as npm's archive brings it: no links, and with bun's default not even its postinstall run. */
function freshlyUnpacked(): string {
  const root = mkdtempSync(join(tmpdir(), "kiosk-binaries-"));
  const native = join(locatePackage().root, "native");
  cpSync(native, join(root, "native"), {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink(),
  });
  for (const name of ["initdb", "postgres"]) {
    chmodSync(join(root, "native", "bin", name), 0o644);
  }
  return root;
}

const linksIn = (root: string): string[] =>
  readdirSync(join(root, "native", "lib"), { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort();

describe("PostgreSQL's programs", () => {
  let root: string;
  const made: string[] = [];
  beforeAll(() => {
    root = freshlyUnpacked();
    made.push(root);
  });
  afterAll(() => {
    for (const folder of made) {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("run although the package's postinstall did not", async () => {
    expect(linksIn(root)).toEqual([]);
    const { postgres, initdb, major } = prepareBinaries(undefined, { root, version: "18.4.0-test" });
    expect(major).toBe("18");
    for (const program of [postgres, initdb]) {
      expect(Bun.spawnSync([program, "--version"]).stdout.toString()).toContain("(PostgreSQL) 18");
    }
    expect(linksIn(root)).toEqual(linksIn(locatePackage().root));
  });

  const account = accountForServer();
  if (account === undefined) {
    console.info("not run: copying the programs out of a folder of root alone (only root can try)");
    return;
  }

  test("are copied once to where the server's account can run them", () => {
    chmodSync(root, 0o700);
    const version = `18.0.0-test-${process.pid}`;
    const { postgres } = prepareBinaries(account, { root, version });
    const copy = join(dirname(postgres), "..", "..");
    made.push(copy);
    expect(postgres.startsWith(root)).toBe(false);
    const run = Bun.spawnSync([postgres, "--version"], { uid: account.uid, gid: account.gid, cwd: "/" });
    expect(run.stdout.toString()).toContain("(PostgreSQL) 18");
    const copied = lstatSync(copy).ino;
    expect(prepareBinaries(account, { root, version }).postgres).toBe(postgres);
    expect(lstatSync(copy).ino).toBe(copied);
  });
});
