import { reasonOf } from "../outbox/failure.ts";
import { createLease, type Lease } from "../outbox/lease.ts";
import type { Database } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { type Backoff, backoffMs, pause } from "../runtime/retry.ts";
import { type CopiedFields, type Copy, inOrder } from "./copy.ts";
import { readFillState, saveFillState } from "./fill-state.ts";
import type { ReplicaTable } from "./stretch.ts";

/** Life of the right to fill a replica alone: longer than a page takes, short enough to be taken over soon. */
const LEASE_MS = 15_000;
/** How often an instance that has to wait looks whether the other has done it. */
const TAKEN_MS = 5_000;
/** Pauses while the owner or the database is away. */
const BACKOFF: Backoff = { baseMs: 500, ceilingMs: 30_000 };

/** Who fills or rebuilds a replica, one at a time over all instances and commands. */
export const createReplicaLease = (database: Database, name: string): Lease =>
  createLease(database, LEASE_MS, `replica:${name}`);

/** Where a replica is filled from. */
export interface ReplicaSource<Fields extends CopiedFields = CopiedFields> {
  readonly table: ReplicaTable<Fields>;
  /** One page of all that the owner has; null where it does not know the cursor any more. */
  readonly page: (
    cursor: string | null,
  ) => Promise<{ readonly copies: readonly Copy<Fields>[]; readonly nextCursor: string | null } | null>;
}

export interface ReplicaFillOptions {
  readonly database: Database;
  readonly log: Logger;
  readonly source: ReplicaSource;
  readonly backoff?: Backoff;
  readonly takenMs?: number;
}

/** Something that works beside the requests and is waited for by nobody. */
export interface ReplicaFill {
  start(): void;
  stop(): Promise<void>;
}

type Turn = "filled" | "more" | "taken";

/** Fetches a page and stores it together with the place of the next one: a crash repeats a page at most. */
const createTurn =
  ({ database, source }: ReplicaFillOptions, lease: Lease) =>
  async (): Promise<Turn> => {
    const { table } = source;
    // Looked at first, so that a replica that is full costs one read and no lease.
    if ((await readFillState(database.db, table.name)).isFilled) return "filled";
    if (!(await lease.take())) return "taken";
    // And again: whoever had the lease until now may have got on since.
    const state = await readFillState(database.db, table.name);
    if (state.isFilled) return "filled";
    const page = await source.page(state.cursor);
    if (page === null) {
      await saveFillState(database.db, table.name, { cursor: null, isFilled: false });
      return "more";
    }
    const { copies, nextCursor } = page;
    await database.transaction(async (tx) => {
      if (copies.length > 0) await table.save(tx, inOrder(copies));
      await saveFillState(tx, table.name, { cursor: nextCursor, isFilled: nextCursor === null });
    });
    return nextCursor === null ? "filled" : "more";
  };

/** Says once that it has to wait, and once that it goes on. */
const createOutageLog = (log: Logger, replica: string) => {
  let out = false;
  return {
    failed(error: unknown) {
      if (!out)
        log.warn("A replica cannot be filled: it goes on by itself", { replica, reason: reasonOf(error) });
      out = true;
    },
    worked() {
      if (out) log.info("A replica is being filled again", { replica });
      out = false;
    },
  };
};

/**
 * Fills a replica that has never been full with all that its owner has, in the background: page by page, on one instance at a
 * time, from where it was broken off, for as long as the owner is away. Events may come in between, in any order: only what is
 * newer than what is there is taken.
 */
export const createReplicaFill = (options: ReplicaFillOptions): ReplicaFill => {
  const { database, log, source, backoff = BACKOFF, takenMs = TAKEN_MS } = options;
  const lease = createReplicaLease(database, source.table.name);
  const turn = createTurn(options, lease);
  const outage = createOutageLog(log, source.table.name);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  const loop = async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const result = await turn();
        outage.worked();
        failures = 0;
        if (result === "filled") break;
        if (result === "taken") await pause(takenMs, stopping.signal);
      } catch (error) {
        outage.failed(error);
        failures += 1;
        await pause(backoffMs(backoff, failures), stopping.signal);
      }
    }
    if (lease.held) await lease.release().catch(() => undefined);
  };

  return {
    start() {
      running ??= loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
};

/** Several of them, side by side: an owner that is away holds up its own alone. */
export const createReplicaFills = (
  { database, log }: { readonly database: Database; readonly log: Logger },
  sources: readonly ReplicaSource[],
): ReplicaFill => {
  const fills = sources.map((source) => createReplicaFill({ database, log, source }));
  return {
    start() {
      for (const fill of fills) fill.start();
    },
    async stop() {
      await Promise.all(fills.map((fill) => fill.stop()));
    },
  };
};
