import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Logger } from "../ports/logger.ts";
import { type Account, accountForServer } from "./embedded-postgres-account.ts";
import { type Binaries, prepareBinaries } from "./embedded-postgres-binaries.ts";
import {
  type ClusterRecord,
  clusterUrl,
  ensureCluster,
  makePlace,
  newRecord,
  readRecord,
  writeRecord,
} from "./embedded-postgres-cluster.ts";
import {
  PortTaken,
  RemainsOfServer,
  type ServerProcess,
  startServer,
  stopOrphan,
  stopProcess,
} from "./embedded-postgres-server.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { freePort } from "./free-port.ts";

const START_ATTEMPTS = 10;
const REMAINS_PAUSE_MS = 300;
const FIRST_RESTART_PAUSE_MS = 200;
const MAX_RESTART_PAUSE_MS = 5_000;

export interface EmbeddedPostgres {
  /** For the superuser, with the password in it: mask it before printing. */
  urlFor(database: string): string;
  readonly port: number;
  /** The folder with the data and the log; not inside `dataDir` when the server's user could not get there. */
  readonly where: string;
  /** The server's process. */
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on 127.0.0.1, with its data in (or recorded in) `dataDir`, makes the cluster at the
 * first start, and starts it again should it end by itself. A server that a killed Kiosk left behind is stopped first.
 * Fails with `FolderLocked` when a Kiosk that is alive uses the same data.
 */
export async function openEmbeddedPostgres(options: {
  readonly dataDir: string;
  readonly log: Logger;
}): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const account = accountForServer();
  const binaries = prepareBinaries(account);
  const record = readRecord(dataDir) ?? newRecord(dataDir, account, freePort());
  makePlace(record.place, account);
  // Its own lock, since a copied data folder leads to the same place.
  const lock = lockFolder(record.place);
  try {
    const made = await makeCluster(dataDir, binaries, account, record);
    const orphan = await stopOrphan(record.place);
    if (orphan !== undefined) {
      options.log.warn("stopped the PostgreSQL that a killed Kiosk had left", { pid: orphan });
    }
    const supervisor = new Supervisor({ dataDir, binaries, account, record: made, log: options.log, lock });
    await supervisor.start();
    return supervisor;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The record is written before the cluster is made, so that a crash in between cannot lose the password. */
async function makeCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account | undefined,
  record: ClusterRecord,
): Promise<ClusterRecord> {
  if (!record.made) {
    writeRecord(dataDir, record);
  }
  await ensureCluster(record.place, binaries, account, record.password);
  if (record.made) {
    return record;
  }
  const made = { ...record, made: true };
  writeRecord(dataDir, made);
  return made;
}

interface SupervisorOptions {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly record: ClusterRecord;
  readonly log: Logger;
  readonly lock: FolderLock;
}

class Supervisor implements EmbeddedPostgres {
  readonly #options: SupervisorOptions;
  #record: ClusterRecord;
  #server: ServerProcess | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#record = options.record;
  }

  get port(): number {
    return this.#record.port;
  }

  get where(): string {
    return this.#record.place;
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  urlFor(database: string): string {
    return clusterUrl(this.#record, database);
  }

  /** On the port of last time, or on a free one when somebody else has that now. */
  async start(): Promise<void> {
    process.once("exit", this.#endWithProcess);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#startOnce();
        return;
      } catch (error) {
        await this.#prepareNextAttempt(error, attempt);
      }
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** An exit without `stop`, such as the second Ctrl-C: PostgreSQL is told to end fast, and nobody waits for it. */
  readonly #endWithProcess = (): void => {
    this.#server?.kill("SIGINT");
  };

  async #stop(): Promise<void> {
    process.off("exit", this.#endWithProcess);
    if (this.#server !== undefined) {
      await stopProcess(this.#server.pid);
    }
    this.#options.lock.release();
  }

  async #startOnce(): Promise<void> {
    const { binaries, account } = this.#options;
    const { place, port } = this.#record;
    const server = await startServer({ postgres: binaries.postgres, place, port, account });
    this.#server = server;
    if (this.#stopping !== undefined) {
      await stopProcess(server.pid);
      return;
    }
    void server.exited.then(() => this.#ended());
  }

  async #prepareNextAttempt(error: unknown, attempt: number): Promise<void> {
    if (attempt >= START_ATTEMPTS) {
      throw error;
    }
    if (error instanceof PortTaken) {
      this.#record = { ...this.#record, port: freePort() };
      writeRecord(this.#options.dataDir, this.#record);
    } else if (error instanceof RemainsOfServer) {
      await Bun.sleep(REMAINS_PAUSE_MS);
    } else {
      throw error;
    }
  }

  /** The pools find it again by themselves, since it keeps its port. Tried until it works or we are stopped. */
  async #ended(): Promise<void> {
    const { log } = this.#options;
    for (let pauseMs = FIRST_RESTART_PAUSE_MS; this.#stopping === undefined; pauseMs = longer(pauseMs)) {
      log.error("PostgreSQL ended by itself; starting it again", { where: this.where });
      await Bun.sleep(pauseMs);
      if (this.#stopping === undefined && (await this.#restarted())) {
        return;
      }
    }
  }

  async #restarted(): Promise<boolean> {
    try {
      await this.#startOnce();
      return true;
    } catch (error) {
      this.#options.log.error("PostgreSQL could not be started again", { error });
      return false;
    }
  }
}

const longer = (pauseMs: number): number => Math.min(pauseMs * 2, MAX_RESTART_PAUSE_MS);
