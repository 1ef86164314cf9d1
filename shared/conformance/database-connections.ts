import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { openPostgres, postgresLimits } from "../drivers/postgres.ts";
import { isKioskError } from "../kernel/errors.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import type { OnDatabase } from "./database-harness.ts";

const WORKERS = 20;
const TERMINATIONS = 10;

/** What holds of the pool, and of connections that break. */
export const databaseConnections = (on: OnDatabase): void => {
  test("sets every limit and the plan mode on its connections", async () => {
    const { database } = on();
    const { rows } = await database.db.execute(sql`
      select name, setting from pg_settings where name in
        ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'plan_cache_mode')`);
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      statement_timeout: String(postgresLimits.statementTimeoutMs),
      lock_timeout: String(postgresLimits.lockTimeoutMs),
      idle_in_transaction_session_timeout: String(postgresLimits.idleInTransactionTimeoutMs),
      plan_cache_mode: "force_custom_plan",
    });
  });

  test("fails with UNAVAILABLE when every connection stays taken", async () => {
    const { database } = on();
    const narrow = openPostgres({ name: "narrow", url: database.url, log: silentLogger(), poolMax: 1 });
    const taken = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holder = narrow.transaction(async () => {
      taken.resolve();
      await release.promise;
    });
    await taken.promise;
    const errors = await Promise.all([
      narrow.transaction(async () => undefined).catch((error: unknown) => error),
      narrow.ping().catch((error: unknown) => error),
    ]);
    expect(errors.map((error) => isKioskError(error, "UNAVAILABLE"))).toEqual([true, true]);
    release.resolve();
    await holder;
    await narrow.ping();
    await narrow.close();
  });

  test("gets over a connection that dies between two transactions, each time", async () => {
    const { database, terminateAll } = on();
    const single = openPostgres({
      name: "conformance-single",
      url: database.url,
      log: silentLogger(),
      poolMax: 1,
    });
    for (let round = 0; round < TERMINATIONS; round += 1) {
      await single.transaction((tx) => tx.execute(sql`select 1`));
      await terminateAll();
      // Nobody notices: nothing had been committed, so it is done again on a new connection.
      await single.transaction((tx) => tx.execute(sql`select 1`));
    }
    await single.ping();
    expect(single.poolState()).toEqual({ total: 1, idle: 1, waiting: 0 });
    await single.close();
  });

  test("does not repeat a transaction whose connection breaks at the commit, since it may have been made", async () => {
    const { database, observer, counterOf, addCounter } = on();
    await addCounter("doubt");
    let runs = 0;
    const doubtful = database.transaction(async (tx) => {
      runs += 1;
      await tx.execute(sql`update counter set value = value + 1 where id = 'doubt'`);
      const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await observer.db.execute(sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`);
    });
    await expect(doubtful).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(runs).toBe(1);
    expect(await counterOf("doubt")).toBe(0);
  });

  test("repeats a transaction whose connection breaks under its first statements", async () => {
    const { database, observer, counterOf, addCounter } = on();
    await addCounter("again");
    let runs = 0;
    await database.transaction(async (tx) => {
      runs += 1;
      const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      if (runs === 1) await observer.db.execute(sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`);
      await tx.execute(sql`update counter set value = value + 1 where id = 'again'`);
    });
    expect(runs).toBe(2);
    expect(await counterOf("again")).toBe(1);
  });

  test("keeps every slot of its pool when all its connections are terminated ten times under load", async () => {
    const { database, addCounter, terminateAll, takeWholePool } = on();
    await addCounter("load");
    let running = true;
    let committed = 0;
    const failures: unknown[] = [];
    const worker = async () => {
      while (running) {
        try {
          await database.transaction((tx) => tx.execute(sql`select value from counter where id = 'load'`));
          committed += 1;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const workers = Array.from({ length: WORKERS }, worker);
    for (let round = 0; round < TERMINATIONS; round += 1) {
      const before = committed;
      await waitFor(() => committed > before + WORKERS, { what: "the pool to commit again" });
      await terminateAll();
    }
    running = false;
    await Promise.all(workers);
    expect(failures.filter((error) => !isKioskError(error, "UNAVAILABLE"))).toEqual([]);
    await takeWholePool();
    expect(database.poolState().waiting).toBe(0);
  });

  test("lets the transactions in flight finish before it closes, then refuses more", async () => {
    const { database, counterOf } = on();
    const closing = openPostgres({ name: "closing", url: database.url, log: silentLogger() });
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const inFlight = closing.transaction(async (tx) => {
      begun.resolve();
      await finish.promise;
      await tx.execute(sql`insert into counter (id) values ('last')`);
    });
    await begun.promise;
    const closed = closing.close();
    finish.resolve();
    await Promise.all([inFlight, closed, closing.close()]);
    expect(await counterOf("last")).toBe(0);
    const error = await closing.ping().catch((reason: unknown) => reason);
    expect(isKioskError(error, "UNAVAILABLE")).toBe(true);
  });
};
