import { createHash } from "node:crypto";
import { chmodSync, existsSync, lstatSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Whom PostgreSQL runs as, when that is not this process's own user. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const ACCOUNT_NAME = "postgres";
const SYSTEM_PLACE = "/var/lib/kiosk";
const EXECUTE_BY_OTHERS = 0o001;
const EXECUTE_BY_GROUP = 0o010;
const EXECUTE_BY_OWNER = 0o100;
const WRITE_BY_OTHERS = 0o022;

/** PostgreSQL refuses to run as root: then the user `postgres`, made when it is missing. Otherwise nobody else. */
export function accountForServer(): Account | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const known = findAccount();
  if (known !== undefined) {
    return known;
  }
  createAccount();
  const created = findAccount();
  if (created === undefined) {
    throw new Error(
      `PostgreSQL does not run as root, and the user "${ACCOUNT_NAME}" could not be made: ` +
        "start Kiosk as another user, make that one, or set DATABASE_URL to a PostgreSQL server.",
    );
  }
  return created;
}

function findAccount(): Account | undefined {
  const [uid, gid] = ["-u", "-g"].map((option) => {
    const { exitCode, stdout } = Bun.spawnSync(["id", option, ACCOUNT_NAME], { stderr: "ignore" });
    return exitCode === 0 ? Number(stdout.toString()) : Number.NaN;
  });
  return Number.isInteger(uid) && Number.isInteger(gid)
    ? { name: ACCOUNT_NAME, uid: Number(uid), gid: Number(gid) }
    : undefined;
}

/** Debian and Red Hat have useradd; Alpine has the adduser of busybox. */
function createAccount(): void {
  const ways = [
    ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
    ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", ACCOUNT_NAME],
  ];
  for (const [command = "", ...args] of ways) {
    const path = Bun.which(command, { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` });
    if (
      path !== null &&
      Bun.spawnSync([path, ...args], { stdout: "ignore", stderr: "ignore" }).exitCode === 0
    ) {
      return;
    }
  }
}

/** True when the account may enter the folder, which takes the right to pass each folder above it. */
export function isTraversable(folder: string, { uid, gid }: Account): boolean {
  for (let current = resolve(folder); ; current = dirname(current)) {
    if (existsSync(current) && !mayPass(statSync(current), uid, gid)) {
      return false;
    }
    if (current === dirname(current)) {
      return true;
    }
  }
}

/** The first class that fits decides (POSIX, file access permissions): an owner without the bit may not pass. */
function mayPass(stat: { uid: number; gid: number; mode: number }, uid: number, gid: number): boolean {
  if (stat.uid === uid) {
    return (stat.mode & EXECUTE_BY_OWNER) !== 0;
  }
  return (stat.mode & (stat.gid === gid ? EXECUTE_BY_GROUP : EXECUTE_BY_OTHERS)) !== 0;
}

/**
 * A folder that root owns and the account may enter, for what cannot stay where Kiosk is (a clone under /root).
 * Fails when neither /var/lib/kiosk nor the folder for temporary files will do.
 */
export function traversablePlace(account: Account): string {
  for (const place of [SYSTEM_PLACE, join(tmpdir(), "kiosk")]) {
    if (makeOwn(place) && isTraversable(place, account)) {
      return place;
    }
  }
  throw new Error(
    `PostgreSQL does not run as root, and the user "${account.name}" can enter neither this folder nor ` +
      `${SYSTEM_PLACE}: move Kiosk out of /root, or start it as another user.`,
  );
}

/** False when it cannot be made, or when it is not root's alone: what stands in it will be executed. */
function makeOwn(place: string): boolean {
  try {
    if (!existsSync(place)) {
      mkdirSync(place, { recursive: true });
      chmodSync(place, 0o755);
    }
    const stat = lstatSync(place);
    return stat.isDirectory() && stat.uid === 0 && (stat.mode & WRITE_BY_OTHERS) === 0;
  } catch {
    return false;
  }
}

/** A short name of a path, the same each time. */
export const pathHash = (path: string): string =>
  createHash("sha256").update(resolve(path)).digest("hex").slice(0, 12);
