import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databaseConformance } from "../conformance/database.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "./embedded-postgres.ts";
import { isAlive } from "./embedded-postgres-server.ts";
import { databaseNames, ensureDatabase, ensureDatabases, withClient } from "./ensure-database.ts";
import { FolderLocked } from "./folder-lock.ts";

// Starting a server on a busy machine takes longer than the 5 s that bun gives a test.
setDefaultTimeout(30_000);

const ownerProgram = `
  import { openEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dir, "embedded-postgres.ts"))};
  import { silentLogger } from ${JSON.stringify(join(import.meta.dir, "../testing/silent-logger.ts"))};
  const postgres = await openEmbeddedPostgres({ dataDir: process.argv[1], log: silentLogger() });
  console.log(JSON.stringify({ pid: postgres.pid, url: postgres.urlFor("postgres") }));
  await Bun.stdin.text();
`;

/** A Kiosk of its own, to be killed. */
async function startOwner(dataDir: string) {
  const owner = Bun.spawn([process.execPath, "-e", ownerProgram, dataDir], { stdin: "pipe", stdout: "pipe" });
  const { value } = await owner.stdout.getReader().read();
  const server: { pid: number; url: string } = JSON.parse(new TextDecoder().decode(value));
  return { owner, server };
}

const show = (url: string, setting: string): Promise<string> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ value: string }>("SELECT current_setting($1) AS value", [setting]);
    return rows[0]?.value ?? "";
  });

describe("the embedded PostgreSQL", () => {
  let home: string;
  let dataDir: string;
  let postgres: EmbeddedPostgres | undefined;
  const log = silentLogger();

  const open = async (): Promise<EmbeddedPostgres> => {
    postgres = await openEmbeddedPostgres({ dataDir, log });
    return postgres;
  };

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "kiosk-embedded-"));
    chmodSync(home, 0o755);
    dataDir = join(home, "my data");
  });

  afterAll(async () => {
    await postgres?.stop();
    if (postgres !== undefined) {
      rmSync(postgres.where, { recursive: true, force: true });
    }
    rmSync(home, { recursive: true, force: true });
  });

  test("starts in a folder with a space in its name, after a start that was cut short", async () => {
    const half = join(dataDir, "postgres", "half-made-1234");
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, "PG_VERSION"), "18\n");
    const server = await open();
    const admin = server.urlFor("postgres");
    expect(server.where).toBe(join(dataDir, "postgres"));
    expect(existsSync(half)).toBe(false);
    expect(await show(admin, "server_encoding")).toBe("UTF8");
    expect(await show(admin, "listen_addresses")).toBe("127.0.0.1");
    expect(await show(admin, "unix_socket_directories")).toBe("");
    expect(await show(admin, "fsync")).toBe("on");
    expect(await show(admin, "synchronous_commit")).toBe("on");
  });

  test("needs no locale of the operating system to lower and sort letters outside of ASCII", async () => {
    const lowered = await withClient((await reopened()).urlFor("postgres"), async (client) => {
      const { rows } = await client.query<{ text: string }>("SELECT lower('ÄРЖ') AS text");
      return rows[0]?.text;
    });
    expect(lowered).toBe("äрж");
  });

  const reopened = async (): Promise<EmbeddedPostgres> => postgres ?? (await open());

  test("keeps its password to the owner of the folder and lets nobody in without it", async () => {
    const { port } = await reopened();
    expect(statSync(join(dataDir, "postgres.json")).mode & 0o777).toBe(0o600);
    const stranger = withClient(`postgres://kiosk:guess@127.0.0.1:${port}/postgres`, async () => "in");
    await expect(stranger).rejects.toThrow(/password/);
  });

  test("runs in a session of its own, where Ctrl-C of our terminal does not reach it", async () => {
    const { pid } = await reopened();
    const ps = Bun.spawnSync(["ps", "-o", "pgid=", "-p", String(pid)]).stdout.toString();
    expect(Number(ps)).toBe(pid);
  });

  test("makes the missing databases, when six ask for them at once too", async () => {
    const admin = (await reopened()).urlFor("postgres");
    await Promise.all(Array.from({ length: 6 }, () => ensureDatabase(admin, "wanted by six")));
    await ensureDatabases(admin, Object.values(databaseNames));
    await ensureDatabases(admin, Object.values(databaseNames));
    const count = await withClient(admin, async (client) => {
      const { rows } = await client.query("SELECT datname FROM pg_database WHERE datname LIKE 'kiosk_%'");
      return rows.length;
    });
    expect(count).toBe(Object.keys(databaseNames).length);
  });

  test("has its data and its port again after a stop, and takes another port when that one is taken", async () => {
    const first = await reopened();
    await withClient(first.urlFor("kiosk_orders"), (client) => client.query("CREATE TABLE kept (id int)"));
    await first.stop();
    await first.stop();
    const second = await open();
    expect(second.port).toBe(first.port);
    expect(await tables(second)).toEqual(["kept"]);
    await second.stop();
    const squatter = Bun.listen({
      hostname: "127.0.0.1",
      port: first.port,
      socket: { data: () => undefined },
    });
    const third = await open();
    expect(third.port).not.toBe(first.port);
    expect(await tables(third)).toEqual(["kept"]);
    squatter.stop(true);
  });

  const tables = (server: EmbeddedPostgres): Promise<string[]> =>
    withClient(server.urlFor("kiosk_orders"), async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
      );
      return rows.map(({ name }) => name);
    });

  test("starts again by itself, on the same port, after its server was killed", async () => {
    const server = await reopened();
    const { pid, port } = server;
    process.kill(pid, "SIGKILL");
    await waitFor(() => server.pid !== pid && isAlive(server.pid), {
      what: "another server",
      timeoutMs: 15_000,
    });
    expect(server.port).toBe(port);
    expect(await tables(server)).toEqual(["kept"]);
    expect(log.lines.map(({ message }) => message)).toContain(
      "PostgreSQL ended by itself; starting it again",
    );
  });

  test("stops the server of a killed Kiosk, and has everything that was committed", async () => {
    await (await reopened()).stop();
    const { owner, server } = await startOwner(dataDir);
    await withClient(server.url.replace("/postgres", "/kiosk_orders"), (client) =>
      client.query("CREATE TABLE just_committed (id int)"),
    );
    owner.kill("SIGKILL");
    await owner.exited;
    expect(isAlive(server.pid)).toBe(true);
    const next = await open();
    expect(isAlive(server.pid)).toBe(false);
    expect(await tables(next)).toEqual(["just_committed", "kept"]);
  });

  test("starts although the pid of its last server belongs to another program now", async () => {
    const server = await reopened();
    await server.stop();
    const pidFile = join(server.where, "data", "postmaster.pid");
    writeFileSync(pidFile, `${process.pid}\n${join(server.where, "data")}\n`);
    await open();
    expect(isAlive(process.pid)).toBe(true);
  });

  test("is refused while another Kiosk that is alive uses the same data", async () => {
    const { where } = await reopened();
    const copy = join(home, "copied");
    mkdirSync(copy);
    const record = JSON.parse(readFileSync(join(dataDir, "postgres.json"), "utf8"));
    writeFileSync(join(copy, "postgres.json"), JSON.stringify({ ...record, place: where }));
    await expect(openEmbeddedPostgres({ dataDir: copy, log })).rejects.toBeInstanceOf(FolderLocked);
    expect(await tables(await reopened())).toContain("kept");
  });

  test("finds its data after the folder was moved, and refuses data without the password", async () => {
    await (await reopened()).stop();
    const moved = join(home, "moved");
    renameSync(dataDir, moved);
    dataDir = moved;
    expect(await tables(await open())).toContain("kept");
    await (await reopened()).stop();
    renameSync(join(moved, "postgres.json"), join(home, "hidden.json"));
    await expect(open()).rejects.toThrow(/with its password is gone/);
    renameSync(join(home, "hidden.json"), join(moved, "postgres.json"));
    await open();
  });

  test("says what to do about data of another major version, and about data that is gone", async () => {
    const server = await reopened();
    await server.stop();
    const versionFile = join(server.where, "data", "PG_VERSION");
    const version = readFileSync(versionFile, "utf8");
    writeFileSync(versionFile, "17\n");
    await expect(open()).rejects.toThrow(/written by PostgreSQL 17 .* pg_dumpall/);
    writeFileSync(versionFile, version);
    const lost = join(home, "lost");
    mkdirSync(lost);
    const record = { place: join(home, "nowhere"), port: 1, password: "", made: true };
    writeFileSync(join(lost, "postgres.json"), JSON.stringify(record));
    const gone = openEmbeddedPostgres({ dataDir: lost, log });
    await expect(gone).rejects.toThrow(/is gone: bring it back, or remove/);
  });
});

describe("the embedded PostgreSQL as a database", () => {
  let home: string;
  let postgres: EmbeddedPostgres;

  const start = async (): Promise<string> => {
    home = mkdtempSync(join(tmpdir(), "kiosk-embedded-"));
    chmodSync(home, 0o755);
    postgres = await openEmbeddedPostgres({ dataDir: home, log: silentLogger() });
    return postgres.urlFor("postgres");
  };

  databaseConformance(start);

  afterAll(async () => {
    await postgres.stop();
    rmSync(postgres.where, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  });
});
