import { Database as Sqlite } from "bun:sqlite";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const LOCK_FILE = "kiosk.lock";
const INFO_FILE = "kiosk.json";

/** Another process uses the folder. */
export class FolderLocked extends Error {
  override readonly name = "FolderLocked";

  constructor(
    readonly folder: string,
    readonly pid: number | undefined,
    readonly address: string | undefined,
  ) {
    const who = [pid && `process ${pid}`, address].filter(Boolean).join(", ");
    super(
      `Another Kiosk${who && ` (${who})`} is running in ${folder}: stop it first, or give this one another folder (DATA_DIR).`,
    );
  }
}

export interface FolderLock {
  /** Writes where this process can be reached into `kiosk.json`, for people and for the next one's message. */
  setAddress(url: string): void;
  release(): void;
}

/**
 * Takes the folder for this process. The lock is the operating system's (SQLite holds it on `kiosk.lock`), so it ends
 * with the process, however that ends. Fails with `FolderLocked`.
 */
export function lockFolder(dataDir: string): FolderLock {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  const infoFile = join(folder, INFO_FILE);
  const lock = takeLock(folder, infoFile);
  const write = (address?: string) =>
    writeFileSync(infoFile, `${JSON.stringify({ pid: process.pid, address }, null, 2)}\n`);
  write();
  let held = true;
  return {
    setAddress: write,
    release() {
      if (held) {
        held = false;
        rmSync(infoFile, { force: true });
        lock.close();
      }
    },
  };
}

function takeLock(folder: string, infoFile: string): Sqlite {
  const lock = new Sqlite(join(folder, LOCK_FILE), { create: true });
  try {
    lock.run("PRAGMA busy_timeout = 0");
    lock.run("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && Reflect.get(error, "code") === "SQLITE_BUSY") {
      const { pid, address } = readInfo(infoFile);
      throw new FolderLocked(folder, pid, address);
    }
    throw error;
  }
}

function readInfo(infoFile: string): { pid: number | undefined; address: string | undefined } {
  try {
    const info: unknown = JSON.parse(readFileSync(infoFile, "utf8"));
    const field = (name: string): unknown =>
      typeof info === "object" && info !== null ? Reflect.get(info, name) : undefined;
    const [pid, address] = [field("pid"), field("address")];
    return {
      pid: typeof pid === "number" ? pid : undefined,
      address: typeof address === "string" ? address : undefined,
    };
  } catch {
    return { pid: undefined, address: undefined };
  }
}
