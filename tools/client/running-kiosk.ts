import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKeptSecrets } from "../../boot/secrets.ts";
import { startKiosk } from "../kiosk-process.ts";

const PROBE_TIMEOUT_MS = 2_000;
const DEFAULT_URL = "http://127.0.0.1:3000";

/** A Kiosk to work with: one that runs already, or one of our own that ends with the work. */
export interface ShopUnderUse {
  readonly url: string;
  readonly sandboxToken: string;
  readonly own: boolean;
  close(): Promise<void>;
}

const answersAt = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).catch(
    () => null,
  );
  return response?.headers.get("content-type")?.includes("json") ?? false;
};

/** Where we are root, PostgreSQL runs as another user, who must be able to enter. */
const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-demo-"));
  chmodSync(folder, 0o755);
  return folder;
};

const startOwn = async (
  env: Readonly<Record<string, string>>,
  dataDir: string | null,
): Promise<ShopUnderUse> => {
  const folder = dataDir ?? temporaryFolder();
  const kiosk = await startKiosk({ env: { PORT: "0", DATA_DIR: folder, ...env } });
  return {
    url: kiosk.url,
    sandboxToken: readKeptSecrets(folder).SANDBOX_TOKEN ?? "",
    own: true,
    async close() {
      await kiosk.stop();
      if (dataDir === null) rmSync(folder, { recursive: true, force: true });
    },
  };
};

export interface FindOptions {
  /** `--url` on the command line. */
  readonly url: string | undefined;
  /** Further environment for an own instance. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where an own instance keeps its data; a temporary folder by default. */
  readonly dataDir?: string;
}

/**
 * The Kiosk at `--url` or KIOSK_URL, else the one that runs at the default address, else an own one. Fails when an address was
 * given and nobody answers there.
 */
export const findKiosk = async ({ url: asked, env = {}, dataDir }: FindOptions): Promise<ShopUnderUse> => {
  const given = asked ?? process.env.KIOSK_URL;
  const url = (given ?? DEFAULT_URL).replace(/\/+$/, "");
  if (await answersAt(url)) {
    const sandboxToken =
      process.env.SANDBOX_TOKEN ?? readKeptSecrets(process.env.DATA_DIR ?? ".data").SANDBOX_TOKEN ?? "";
    if (sandboxToken === "")
      throw new Error(
        `A Kiosk runs at ${url}, but its sandbox token is not known here: set SANDBOX_TOKEN, or DATA_DIR to its data folder.`,
      );
    return { url, sandboxToken, own: false, close: async () => undefined };
  }
  if (given !== undefined)
    throw new Error(`Nobody answers at ${url}/health: start Kiosk there first, or leave the address out.`);
  return startOwn(env, dataDir ?? null);
};
