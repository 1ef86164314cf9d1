import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedPostgres } from "../drivers/embedded-postgres.ts";
import { stopOrphan } from "../drivers/embedded-postgres-server.ts";
import { silentLogger } from "./silent-logger.ts";

export interface PostgresRemains {
  /** Where the server's data is, which may be outside of the folder that was asked for. */
  readonly place: string;
  readonly dataDir: string;
}

export interface TemporaryPostgres {
  /** The URL of its maintenance database. */
  readonly url: string;
  /** The server's process; another one once it has been started again, and then it takes connections. */
  pid(): number;
  /** What another process needs to remove it, once this one is gone. */
  readonly remains: PostgresRemains;
  remove(): Promise<void>;
}

/** An embedded PostgreSQL in a folder for temporary files, to be removed with all its data. */
export async function temporaryPostgres(): Promise<TemporaryPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), "kiosk-test-"));
  // Started by root, the server runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755);
  const server = await openEmbeddedPostgres({ dataDir, log: silentLogger() });
  const remains = { place: server.where, dataDir };
  return {
    url: server.urlFor("postgres"),
    pid: () => server.pid,
    remains,
    async remove() {
      await server.stop();
      removeFolders(remains);
    },
  };
}

/** By the folder and not by the pid, since the server may have been started again meanwhile. */
export async function removeRemains(remains: PostgresRemains): Promise<void> {
  await stopOrphan(remains.place);
  removeFolders(remains);
}

function removeFolders({ place, dataDir }: PostgresRemains): void {
  for (const folder of [place, dataDir]) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
