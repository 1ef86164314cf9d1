import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { type Account, isTraversable, pathHash, traversablePlace } from "./embedded-postgres-account.ts";
import type { Binaries } from "./embedded-postgres-binaries.ts";

/** What is written into `<dataDir>/postgres.json`: where the cluster is and how to reach it. */
export interface ClusterRecord {
  /** Holds the cluster in `data` and PostgreSQL's log. */
  readonly place: string;
  readonly port: number;
  readonly password: string;
  /** False until the cluster has been made: the password is written down first, or a crash could lose it. */
  readonly made: boolean;
}

const CLUSTER_USER = "kiosk";
const RECORD_FILE = "postgres.json";
const PLACE_INSIDE = "postgres";
const PASSWORD_BYTES = 24;
const HALF_MADE = "half-made-";
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** For the superuser, with the password in it: mask it before printing. */
export const clusterUrl = ({ password, port }: ClusterRecord, database: string): string =>
  `postgres://${CLUSTER_USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

export const clusterFolder = (place: string): string => join(place, "data");

export function readRecord(dataDir: string): ClusterRecord | undefined {
  const file = join(dataDir, RECORD_FILE);
  if (!existsSync(file)) {
    return undefined;
  }
  const written: ClusterRecord = JSON.parse(readFileSync(file, "utf8"));
  const record = { ...written, place: resolve(dataDir, written.place) };
  if (record.made && !existsSync(clusterFolder(record.place))) {
    throw new Error(
      `The database of ${dataDir} was kept in ${record.place}, and that is gone: bring it back, ` +
        `or remove ${file} to begin with an empty one.`,
    );
  }
  return record;
}

/** A new record. Fails when there is a cluster already: nobody knows its password. */
export function newRecord(dataDir: string, account: Account | undefined, port: number): ClusterRecord {
  const place = choosePlace(dataDir, account);
  if (existsSync(clusterFolder(place))) {
    throw new Error(
      `${place} holds a database, but ${join(dataDir, RECORD_FILE)} with its password is gone: ` +
        "bring that file back, or move the folder away to begin with an empty one.",
    );
  }
  return { place, port, password: randomBytes(PASSWORD_BYTES).toString("base64url"), made: false };
}

/** Never half, since it holds the only copy of the password. A place in the folder moves with the folder. */
export function writeRecord(dataDir: string, record: ClusterRecord): void {
  const file = join(dataDir, RECORD_FILE);
  const inside = record.place === insidePlace(dataDir);
  const written = inside ? { ...record, place: PLACE_INSIDE } : record;
  writeFileSync(`${file}.new`, `${JSON.stringify(written, null, 2)}\n`, { mode: PRIVATE_FILE });
  renameSync(`${file}.new`, file);
}

const insidePlace = (dataDir: string): string => resolve(dataDir, PLACE_INSIDE);

/** In the data folder, unless the account that PostgreSQL must run as cannot get there. */
function choosePlace(dataDir: string, account: Account | undefined): string {
  const inside = insidePlace(dataDir);
  if (account === undefined || isTraversable(inside, account)) {
    return inside;
  }
  // Not the hash alone: after a removed clone another one may stand at the same path, and must not meet its data.
  return join(traversablePlace(account), `${pathHash(dataDir)}-${randomBytes(3).toString("hex")}`);
}

/** Makes the cluster when there is none; an earlier attempt that was cut short is thrown away. */
export async function ensureCluster(
  place: string,
  binaries: Binaries,
  account: Account | undefined,
  password: string,
): Promise<void> {
  for (const entry of entriesOf(place)) {
    if (entry.startsWith(HALF_MADE)) {
      rmSync(join(place, entry), { recursive: true, force: true });
    }
  }
  if (existsSync(clusterFolder(place))) {
    checkCluster(clusterFolder(place), binaries);
    return;
  }
  const half = join(place, `${HALF_MADE}${randomBytes(4).toString("hex")}`);
  await initializeCluster(half, binaries, account, password);
  renameSync(half, clusterFolder(place));
}

/** Makes the folder that will hold the cluster, for the eyes of the server's user alone. */
export function makePlace(folder: string, account: Account | undefined): void {
  mkdirSync(folder, { recursive: true });
  if (account !== undefined) {
    chownSync(folder, account.uid, account.gid);
  }
  if (statSync(folder).uid === (account?.uid ?? process.getuid?.())) {
    chmodSync(folder, PRIVATE_FOLDER);
  }
}

function entriesOf(place: string): string[] {
  try {
    return readdirSync(place);
  } catch (error) {
    throw unreadable(place, error);
  }
}

const unreadable = (folder: string, cause: unknown): Error =>
  new Error(
    `${folder} cannot be read as PostgreSQL's data: start Kiosk as the user who made it, ` +
      "or move the folder away to begin with an empty one.",
    { cause },
  );

function checkCluster(folder: string, { major }: Binaries): void {
  const version = readVersion(folder);
  if (version !== major) {
    throw new Error(
      `${folder} was written by PostgreSQL ${version} and this Kiosk brings ${major}: ` +
        `move it over with pg_dumpall of PostgreSQL ${version}, or move the folder away to begin with an empty one.`,
    );
  }
}

function readVersion(folder: string): string {
  try {
    return readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** UTF-8 by PostgreSQL's own collation provider, which needs no locale of the operating system. */
async function initializeCluster(
  folder: string,
  { initdb }: Binaries,
  account: Account | undefined,
  password: string,
): Promise<void> {
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, password, { mode: PRIVATE_FILE });
  if (account !== undefined) {
    chownSync(passwordFile, account.uid, account.gid);
  }
  try {
    const process = Bun.spawn(
      [
        initdb,
        ...[`--pgdata=${folder}`, `--username=${CLUSTER_USER}`, `--pwfile=${passwordFile}`],
        ...["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"],
        ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"],
      ],
      { ...serverProcess(account), cwd: join(folder, ".."), stdout: "ignore", stderr: "pipe" },
    );
    const [code, complaint] = await Promise.all([process.exited, new Response(process.stderr).text()]);
    if (code !== 0) {
      throw new Error(`PostgreSQL could not make its data folder ${folder}: ${complaint.trim()}`);
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * How PostgreSQL's programs are started: as the account, with nothing of our environment (its PG… and LC_… variables
 * would count), and in a session of their own, so that Ctrl-C in the terminal reaches us alone.
 */
export function serverProcess(account: Account | undefined) {
  return {
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" },
    detached: true,
    stdin: "ignore" as const,
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  };
}
