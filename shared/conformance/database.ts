import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { openPostgres, postgresLimits } from "../drivers/postgres.ts";
import { isKioskError } from "../kernel/errors.ts";
import type { Database } from "../ports/database.ts";
import { brokenConstraint, sqlState } from "../ports/sql-state.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { waitFor } from "../testing/wait-for.ts";

const POOL_MAX = 10;
const WORKERS = 20;
const TERMINATIONS = 10;
const ASK_TIMEOUT_MS = 5_000;

/** What every driver of the `Database` port must do. Call it inside of `describe`, with a server to work on. */
export function databaseConformance(server: () => string | Promise<string>): void {
  let database: TestDatabase;
  /** A second pool on the same database, under another name, so that it survives what is done to the first. */
  let observer: Database;

  beforeAll(async () => {
    database = await testDatabase({ name: "conformance", server: await server(), poolMax: POOL_MAX });
    observer = openPostgres({ name: "observer", url: database.url, log: silentLogger(), poolMax: 2 });
    await database.db.execute(sql`create table counter (id text primary key, value int not null default 0)`);
  });

  afterAll(async () => {
    await observer?.close();
    await database?.drop();
  });

  const counterOf = async (id: string): Promise<number | undefined> => {
    const { rows } = await observer.db.execute<{ value: number }>(
      sql`select value from counter where id = ${id}`,
    );
    return rows[0]?.value;
  };

  const addCounter = (id: string) => database.db.execute(sql`insert into counter (id) values (${id})`);

  const terminateAll = async (): Promise<number> => {
    const { rows } = await observer.db.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'kiosk-conformance%'`);
    return rows.length;
  };

  /** Only possible while every slot of the pool can be had at the same time. */
  const takeWholePool = async (): Promise<void> => {
    const inside = Promise.withResolvers<void>();
    let entered = 0;
    const transactions = Array.from({ length: POOL_MAX }, () =>
      database.transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        entered += 1;
        if (entered === POOL_MAX) {
          inside.resolve();
        }
        await inside.promise;
      }),
    );
    await Promise.all(transactions);
  };

  test("commits what the work did and returns its result", async () => {
    const result = await database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter (id, value) values ('kept', 7)`);
      return "done";
    });
    expect(result).toBe("done");
    expect(await counterOf("kept")).toBe(7);
  });

  test("rolls back what the work did when it throws, and throws the same error", async () => {
    const failure = new Error("no");
    const attempt = database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter (id) values ('dropped')`);
      throw failure;
    });
    expect(await attempt.catch((error: unknown) => error)).toBe(failure);
    expect(await counterOf("dropped")).toBeUndefined();
  });

  test("keeps SQLSTATE and constraint of a broken rule, without the values, and keeps the connection", async () => {
    await addCounter("once");
    const backend = sql<{ pid: number }>`select pg_backend_pid() as pid`;
    const before = (await database.db.execute(backend)).rows[0]?.pid;
    for (const attempt of [
      () => addCounter("once"),
      () => database.transaction((tx) => tx.execute(sql`insert into counter (id) values (${"once"})`)),
    ]) {
      const error = await attempt().catch((reason: unknown) => reason);
      expect(sqlState(error)).toBe("23505");
      expect(brokenConstraint(error)).toBe("counter_pkey");
      expect(Bun.inspect(error)).not.toContain("once)");
      expect(String(error)).not.toContain("insert into");
    }
    const after = await Promise.all(Array.from({ length: POOL_MAX }, () => database.db.execute(backend)));
    expect(after.map(({ rows }) => rows[0]?.pid)).toContain(before);
  });

  test("does not pretend to commit when the work swallowed a failed statement", async () => {
    const attempt = database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter (id) values ('swallowed')`);
      await tx.execute(sql`select 1/0`).catch(() => undefined);
      return "fine";
    });
    await expect(attempt).rejects.toThrow(/swallowed/);
    expect(await counterOf("swallowed")).toBeUndefined();
  });

  test("goes on after a failed statement that stood in a savepoint", async () => {
    await database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter (id) values ('outer')`);
      await tx.$client.query("SAVEPOINT attempt");
      await tx.execute(sql`insert into counter (id) values ('outer')`).catch(() => undefined);
      await tx.$client.query("ROLLBACK TO SAVEPOINT attempt");
      await tx.execute(sql`insert into counter (id) values ('inner')`);
    });
    expect([await counterOf("outer"), await counterOf("inner")]).toEqual([0, 0]);
  });

  test("repeats a deadlocked transaction until both have committed", async () => {
    await addCounter("left");
    await addCounter("right");
    const bothHoldOne = Promise.withResolvers<void>();
    let attempts = 0;
    let holding = 0;
    const cross = (...ids: [string, string]) => {
      let tries = 0;
      return database.transaction(async (tx) => {
        attempts += 1;
        tries += 1;
        // Crosswise at first alone: two that are repeated at the same moment could go on for ever.
        const [first, second] = tries === 1 ? ids : ids.toSorted();
        await tx.execute(sql`update counter set value = value + 1 where id = ${first}`);
        holding += 1;
        if (holding === 2) {
          bothHoldOne.resolve();
        }
        await bothHoldOne.promise;
        await tx.execute(sql`update counter set value = value + 1 where id = ${second}`);
      });
    };
    await Promise.all([cross("left", "right"), cross("right", "left")]);
    expect(attempts).toBeGreaterThan(2);
    expect([await counterOf("left"), await counterOf("right")]).toEqual([2, 2]);
  });

  test("gives up with UNAVAILABLE after three serialization failures", async () => {
    let attempts = 0;
    const attempt = database.transaction(async (tx) => {
      attempts += 1;
      await tx.execute(sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    });
    const error = await attempt.catch((reason: unknown) => reason);
    expect(isKioskError(error, "UNAVAILABLE")).toBe(true);
    expect(sqlState(error)).toBe("40001");
    expect(attempts).toBe(postgresLimits.transactionAttempts);
  });

  test("fails with UNAVAILABLE and the SQLSTATE when a row stays locked", async () => {
    await addCounter("locked");
    const release = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = observer.transaction(async (tx) => {
      await tx.execute(sql`select 1 from counter where id = 'locked' for update`);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const error = await database.db
      .execute(sql`update counter set value = 1 where id = 'locked'`)
      .catch((reason: unknown) => reason);
    release.resolve();
    await holder;
    expect(isKioskError(error, "UNAVAILABLE")).toBe(true);
    expect(sqlState(error)).toBe("55P03");
  });

  test("fails with TIMEOUT when a statement takes too long, and goes on with the same pool", async () => {
    const error = await database
      .transaction((tx) => tx.execute(sql`select pg_sleep(20)`))
      .catch((reason: unknown) => reason);
    expect(isKioskError(error, "TIMEOUT")).toBe(true);
    expect(sqlState(error)).toBe("57014");
    await takeWholePool();
  });

  test("sets every limit and the plan mode on its connections", async () => {
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

  test("refuses a statement that comes after the end of its transaction", async () => {
    const late = await database.transaction(async (tx) => async () => await tx.execute(sql`select 1`));
    await expect(late()).rejects.toThrow(/over/);
    await expect(database.db.transaction(async () => 1)).rejects.toThrow(/Database port/);
  });

  test("fails with UNAVAILABLE when every connection stays taken", async () => {
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

  test("hears a NOTIFY once it has committed, and not what is sent on another channel", async () => {
    const heard: string[] = [];
    const listening = await database.listen("Some Channel", (payload) => heard.push(payload));
    await database.transaction(async (tx) => {
      await tx.execute(sql`select pg_notify('other', 'no'), pg_notify('Some Channel', 'yes')`);
    });
    await waitFor(() => heard.length > 0, { what: "the notification" });
    expect(heard).toEqual(["yes"]);
    await listening.close();
  });

  test("answers on the connection that listens, after the notifications that were sent before", async () => {
    const heard: string[] = [];
    const listening = await database.listen("asked", (payload) => heard.push(payload));
    for (let round = 1; round <= 20; round += 1) {
      await database.db.execute(sql`select pg_notify('asked', ${String(round)})`);
      expect(await listening.ask("select 1 as one", ASK_TIMEOUT_MS)).toEqual({ one: 1 });
      expect(heard).toHaveLength(round);
    }
    await expect(listening.ask("select nonsense", ASK_TIMEOUT_MS)).rejects.toThrow();
    expect(await listening.ask("select 2 as two", ASK_TIMEOUT_MS)).toEqual({ two: 2 });
    await listening.close();
    await expect(listening.ask("select 1", ASK_TIMEOUT_MS)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("gives up on a listening connection that is late with an answer, and makes it anew", async () => {
    const heard: string[] = [];
    const listening = await database.listen("late", (payload) => heard.push(payload));
    await expect(listening.ask("select pg_sleep(2)", 50)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await waitFor(() => heard.includes(""), { what: "the call after the reconnect" });
    expect(await listening.ask("select 1 as one", ASK_TIMEOUT_MS)).toEqual({ one: 1 });
    await listening.close();
  });

  test("listens again after its connection was terminated, and says that something may have been missed", async () => {
    const heard: string[] = [];
    const listening = await database.listen("again", (payload) => heard.push(payload));
    for (let round = 1; round <= 3; round += 1) {
      await terminateAll();
      await waitFor(() => heard.length === round * 2 - 1, { what: "the call after the reconnect" });
      await observer.db.execute(sql`select pg_notify('again', ${String(round)})`);
      await waitFor(() => heard.length === round * 2, { what: "the notification" });
    }
    expect(heard).toEqual(["", "1", "", "2", "", "3"]);
    await listening.close();
    const { rows } = await observer.db.execute(
      sql`select 1 from pg_stat_activity where application_name = 'kiosk-conformance-listen' and query like '%again%'`,
    );
    expect(rows).toEqual([]);
  });

  test("lets the transactions in flight finish before it closes, then refuses more", async () => {
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
}
