import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";

/** drizzle over the pool: for single statements outside a transaction. */
export type Db = NodePgDatabase;

/**
 * drizzle over one client inside a transaction, and that client for the few statements that drizzle cannot say.
 * A store takes it as its first argument, so that what belongs together commits together.
 */
export type Tx = NodePgDatabase & { readonly $client: PoolClient };

/** What a statement needs, in or out of a transaction. */
export type Queryable = Db | Tx;

/** A connection of its own that hears the notifications of one channel. */
export interface Listening {
  /**
   * The first row of a statement without parameters, asked on the connection that listens: whoever gets the answer has heard
   * what was sent before. Fails with `UNAVAILABLE` while the connection is away and after `timeoutMs`, which makes it anew.
   */
  ask(statement: string, timeoutMs: number): Promise<Readonly<Record<string, unknown>> | undefined>;
  close(): Promise<void>;
}

/** One service's PostgreSQL database. Every statement has a timeout; a broken connection never ends the process. */
export interface Database {
  readonly name: string;
  readonly db: Db;
  /**
   * Runs `work` in a READ COMMITTED transaction. Commits what it returns, rolls back what it throws, and repeats
   * it (3 times at most) after a serialization failure (40001), a deadlock (40P01) or a connection that broke soon and
   * before the commit, so `work` must have no effect outside the database. Fails with `UNAVAILABLE` when no connection is to be had in time.
   * drizzle's own `db.transaction` is forbidden: it leaks a pool slot when BEGIN fails.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Calls `onNotify` for every NOTIFY on the channel and once after each reconnect (something may have been
   * missed). A hint only: whoever listens polls as well.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<Listening>;
  /** Resolves when the database answers; fails otherwise. */
  ping(): Promise<void>;
  /** Connections in the pool, for metrics. */
  poolState(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}
