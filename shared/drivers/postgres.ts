import { sql } from "drizzle-orm";
import pg from "pg";
import type { Database, Tx } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { noTracing, type Tracing } from "../ports/tracing.ts";
import { runOutsideOfRequests } from "../runtime/request-context.ts";
import { recordLeaf } from "../runtime/spans.ts";
import {
  commitUnknown,
  databaseContended,
  databaseUnreachable,
  isConnectionFailure,
  isRepeatable,
  toFailure,
} from "./postgres-failure.ts";
import { openListener } from "./postgres-listener.ts";
import { drizzleInTransaction, drizzleOver, type StatementSpans, statementSpan } from "./postgres-session.ts";

/** pg waits for ever unless told otherwise. The client-side limit is above the server's, which answers with a reason. */
export const postgresLimits = {
  poolMax: 10,
  connectionTimeoutMs: 1_000,
  statementTimeoutMs: 3_000,
  lockTimeoutMs: 500,
  idleInTransactionTimeoutMs: 5_000,
  queryTimeoutMs: 4_000,
  idleConnectionMs: 30_000,
  closeTimeoutMs: 6_000,
  transactionAttempts: 3,
} as const;

const RETRY_PAUSE_MS = 20;
/** A transaction whose connection broke this soon met one that had died in the pool: it is worth another. */
const LOST_EARLY_MS = 1_000;

export interface PostgresOptions {
  /** Whose database it is, such as `orders`: for logs, metrics and `application_name`. */
  readonly name: string;
  readonly url: string;
  readonly log: Logger;
  readonly poolMax?: number;
  /**
   * `force_custom_plan` by default: a connection whose first statements met almost empty tables would otherwise keep
   * plans that scan them, and slow down with every row.
   */
  readonly plan?: "force_custom_plan" | "auto";
  /** Where the spans of its statements go; nowhere by default. */
  readonly tracing?: Tracing;
}

/**
 * Opens a pool on one database. It connects when first used, so it succeeds while the server is away.
 * Statements fail as `toFailure` says; see the port for the rest.
 */
export function openPostgres(options: PostgresOptions): Database {
  const config = connectionConfig(options);
  const pool = new pg.Pool({
    ...config,
    pipeline: true,
    max: options.poolMax ?? postgresLimits.poolMax,
    idleTimeoutMillis: postgresLimits.idleConnectionMs,
  });
  const clients = guardClients(pool, options);
  const spans = { name: options.name, tracing: options.tracing ?? noTracing };
  const db = drizzleOver(new SingleStatements(pool) as unknown as pg.Pool, spans);
  let closing: Promise<void> | undefined;
  return {
    name: options.name,
    db,
    transaction: (work) => repeatTransaction(pool, spans, work),
    listen: (channel, onNotify) =>
      openListener({ config: listenerConfig(config), channel, onNotify, log: options.log }),
    async ping() {
      await db.execute(sql`select 1`);
    },
    poolState: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close() {
      closing ??= closePool(pool, clients);
      return closing;
    },
  };
}

function connectionConfig({ name, url, plan = "force_custom_plan" }: PostgresOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `kiosk-${name}`,
    connectionTimeoutMillis: postgresLimits.connectionTimeoutMs,
    statement_timeout: postgresLimits.statementTimeoutMs,
    lock_timeout: postgresLimits.lockTimeoutMs,
    idle_in_transaction_session_timeout: postgresLimits.idleInTransactionTimeoutMs,
    query_timeout: postgresLimits.queryTimeoutMs,
    keepAlive: true,
    options: `-c plan_cache_mode=${plan}`,
  };
}

const listenerConfig = (config: pg.ClientConfig): pg.ClientConfig => ({
  ...config,
  application_name: `${config.application_name}-listen`,
});

/** An `error` event that nobody hears ends the process, also on a client that is checked out. */
function guardClients(pool: pg.Pool, { name, log }: PostgresOptions): Set<pg.PoolClient> {
  const clients = new Set<pg.PoolClient>();
  // A connection outlives the request that it was made for.
  const tell = (message: string, error: Error) =>
    runOutsideOfRequests(() => log.debug(message, { database: name, error }));
  pool.on("connect", (client) => {
    clients.add(client);
    client.on("error", (error) => tell("a database connection broke", error));
  });
  pool.on("remove", (client) => clients.delete(client));
  pool.on("error", (error) => tell("an idle database connection broke", error));
  return clients;
}

async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw databaseUnreachable(error);
  }
}

/**
 * Runs each statement on a connection of the pool. Not `pool.query`, which throws a good connection away whenever a
 * statement fails, a broken unique constraint included.
 */
class SingleStatements {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async query(statement: pg.QueryConfig, values: unknown[]): Promise<pg.QueryResult> {
    const client = await checkOut(this.#pool);
    let broken = false;
    try {
      return await client.query(statement, values);
    } catch (error) {
      broken = isConnectionFailure(error);
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** The connection broke before COMMIT was sent, so nothing has happened. */
class LostBeforeCommit extends Error {
  override readonly name = "LostBeforeCommit";
}

async function repeatTransaction<T>(
  pool: pg.Pool,
  spans: StatementSpans,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const begunAt = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runTransaction(pool, spans, work);
    } catch (error) {
      const isLost = error instanceof LostBeforeCommit;
      const isLast = attempt >= postgresLimits.transactionAttempts;
      if (isLost && (isLast || performance.now() - begunAt > LOST_EARLY_MS)) {
        throw toFailure(error.cause);
      }
      if (!isLost && !isRepeatable(error)) {
        throw error;
      }
      if (isLast) {
        throw databaseContended(error);
      }
      await Bun.sleep(Math.random() * RETRY_PAUSE_MS * attempt);
    }
  }
}

async function runTransaction<T>(
  pool: pg.Pool,
  spans: StatementSpans,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await checkOut(pool);
  const { tx, session } = drizzleInTransaction(client, spans);
  let broken = false;
  let committing = false;
  try {
    const result = await work(tx);
    await session.begun;
    committing = true;
    await recordLeaf(
      spans.tracing,
      () => statementSpan("COMMIT", spans),
      () => commit(client),
    );
    return result;
  } catch (error) {
    broken = session.connectionLost || isConnectionFailure(error) || !(await rolledBack(client));
    // What `work` throws of its own accord may look like a lost connection: only the session knows.
    if (session.connectionLost && !committing) {
      throw new LostBeforeCommit("the connection broke within a transaction", { cause: error });
    }
    throw toFailure(error);
  } finally {
    session.end();
    client.release(broken);
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query("COMMIT").catch((error: unknown) => {
    throw isConnectionFailure(error) ? commitUnknown(error) : error;
  });
  // PostgreSQL answers COMMIT of a failed transaction with a ROLLBACK and no error.
  if (command !== "COMMIT") {
    throw new Error(
      "A statement of this transaction failed and its error was swallowed: nothing was committed.",
    );
  }
}

async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

/** Waits for the transactions in flight, which their timeouts bound; whoever is later loses the connection. */
async function closePool(pool: pg.Pool, clients: ReadonlySet<pg.PoolClient>): Promise<void> {
  const tooLate = Promise.withResolvers<void>();
  const timer = setTimeout(tooLate.resolve, postgresLimits.closeTimeoutMs);
  await Promise.race([pool.end(), tooLate.promise]);
  clearTimeout(timer);
  for (const client of clients) {
    if (client instanceof pg.Client) {
      void client.end().catch(() => undefined);
    }
  }
}
