// Installs the dependencies when they are missing or not those of bun.lock, so that the first command in a fresh clone
// just works. Uses nothing but Bun itself: at this point there is nothing else.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".kiosk-installed");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  packageManager: string;
  version: string;
};
const pinned = manifest.packageManager.replace("bun@", "");

/** In an image the dependencies come from a stage of their own, without those for development: that is said, not done again. */
const AS_INSTALLED = "--as-installed";

const fingerprint = (): string =>
  ["package.json", "bun.lock"].map((file) => Bun.hash(readFileSync(join(root, file))).toString(16)).join(" ");

const isInstalled = (): boolean => existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint();

const install = (): void => {
  process.stderr.write("Installing dependencies …\n");
  const { exitCode } = Bun.spawnSync([process.execPath, "install", "--frozen-lockfile"], {
    cwd: root,
    stdout: "ignore",
    stderr: "inherit",
    env: { ...process.env, BUN_BE_BUN: "1" },
  });
  if (exitCode !== 0) {
    process.stderr.write(
      "The dependencies could not be installed: see above; is the npm registry reachable?\n",
    );
    process.exit(1);
  }
  writeFileSync(stamp, fingerprint());
};

if (Bun.semver.order(Bun.version, pinned) < 0) {
  process.stderr.write(
    `Kiosk needs Bun ${pinned} or later; this is ${Bun.version}. Try: npx bun@${pinned} start\n`,
  );
  process.exit(1);
}
if (process.argv.includes(AS_INSTALLED)) writeFileSync(stamp, fingerprint());
else if (!isInstalled()) install();
