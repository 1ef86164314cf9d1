import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./embedded-postgres-account.ts";
import { clusterFolder, serverProcess } from "./embedded-postgres-cluster.ts";

/** Crash recovery after a kill comes first, and that takes as long as there is to redo since the last checkpoint. */
const START_TIMEOUT_MS = 120_000;
const POLL_MS = 5;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;
const MAX_LOG_BYTES = 5_000_000;
const LOG_TAIL_LINES = 6;
/** The line of postmaster.pid that says how far it is (PostgreSQL source, `miscadmin.h`, LOCK_FILE_LINE_PM_STATUS). */
const STATUS_LINE = 7;

const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  // Five services with a pool of 10 and their listeners, twice, and room for psql.
  max_connections: "130",
  shared_buffers: "128MB",
  // Containers have 64 MB of /dev/shm, too little for parallel queries, which a shop does not need.
  max_parallel_workers_per_gather: "0",
  io_method: "sync",
  // Below our lock timeout, so that a deadlock is told from a long wait.
  deadlock_timeout: "200ms",
  max_wal_size: "512MB",
  fsync: "on",
  // A shop that fills for the first time: without statistics plans are made for empty tables, and a minute is long then.
  autovacuum_naptime: "5s",
  synchronous_commit: "on",
  jit: "off",
  logging_collector: "off",
  log_timezone: "UTC",
  timezone: "UTC",
} as const;

export type ServerProcess = Bun.Subprocess;

export class PortTaken extends Error {}
/** Processes of the server that was killed still hold its shared memory; they are about to end. */
export class RemainsOfServer extends Error {}

const serverLog = (place: string): string => join(place, "postgres.log");

/** Starts the server and resolves when it takes connections. Fails with the end of its log. */
export async function startServer(options: {
  readonly postgres: string;
  readonly place: string;
  readonly port: number;
  readonly account: Account | undefined;
}): Promise<ServerProcess> {
  const { postgres, place, port, account } = options;
  const logFile = serverLog(place);
  rotateLog(logFile);
  const log = openSync(logFile, "a", 0o600);
  const logStart = statSync(logFile).size;
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = Bun.spawn([postgres, "-D", clusterFolder(place), "-p", String(port), ...args], {
    ...serverProcess(account),
    cwd: place,
    stdout: log,
    stderr: log,
  });
  closeSync(log);
  server.unref();
  await untilReady(server, place, () => readFileSync(logFile).subarray(logStart).toString());
  return server;
}

async function untilReady(server: ServerProcess, place: string, newLog: () => string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!isReady(place, server.pid)) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw startFailure(newLog());
    }
    if (performance.now() > deadline) {
      await stopProcess(server.pid);
      throw new Error(
        `PostgreSQL was not ready within ${START_TIMEOUT_MS / 1_000} s: see ${serverLog(place)}.`,
      );
    }
    await Bun.sleep(POLL_MS);
  }
}

function isReady(place: string, pid: number): boolean {
  const lines = readPidFile(place);
  return lines?.[0] === String(pid) && lines[STATUS_LINE]?.trim() === "ready";
}

function startFailure(log: string): Error {
  const tail = log.trim().split("\n").slice(-LOG_TAIL_LINES).join("\n");
  if (/could not bind|Address already in use/.test(log)) {
    return new PortTaken(tail);
  }
  if (/shared memory block .* is still in use/.test(log)) {
    return new RemainsOfServer(tail);
  }
  return new Error(`PostgreSQL did not start:\n${tail}`);
}

/**
 * Stops the server that a killed Kiosk left behind. The caller holds the folder's lock, so nobody else needs it. A
 * pid that meanwhile belongs to another program is left alone and its file removed, or PostgreSQL would not start.
 */
export async function stopOrphan(place: string): Promise<number | undefined> {
  const pid = Number(readPidFile(place)?.[0]);
  if (!Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  if (isAlive(pid) && commandOf(pid).includes(clusterFolder(place))) {
    await stopProcess(pid);
    return pid;
  }
  rmSync(join(clusterFolder(place), "postmaster.pid"), { force: true });
  return undefined;
}

/** Fast shutdown (SIGINT), then immediate (SIGQUIT), then by force (PostgreSQL manual, "Shutting Down the Server"). */
export async function stopProcess(pid: number): Promise<void> {
  for (const [signal, waitMs] of [
    ["SIGINT", FAST_STOP_MS],
    ["SIGQUIT", IMMEDIATE_STOP_MS],
    ["SIGKILL", IMMEDIATE_STOP_MS],
  ] as const) {
    if (!send(pid, signal) || (await untilGone(pid, waitMs))) {
      return;
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) does not end: stop it by hand.`);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function untilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) {
      return false;
    }
    await Bun.sleep(POLL_MS);
  }
  return true;
}

/** A zombie counts as gone: it holds nothing, and whoever should have reaped it may never do so. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && Reflect.get(error, "code") === "EPERM";
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  try {
    return existsSync(file) && readFileSync(file, "utf8").split(") ").at(-1)?.startsWith("Z") === true;
  } catch {
    return true;
  }
}

function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  if (existsSync(file)) {
    return readFileSync(file, "utf8").replaceAll("\0", " ");
  }
  return Bun.spawnSync(["ps", "-ww", "-o", "command=", "-p", String(pid)], {
    stderr: "ignore",
  }).stdout.toString();
}

function readPidFile(place: string): string[] | undefined {
  try {
    return readFileSync(join(clusterFolder(place), "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
}

function rotateLog(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > MAX_LOG_BYTES) {
    renameSync(logFile, `${logFile}.1`);
  }
}
