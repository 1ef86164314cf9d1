import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { postgresLimits } from "../drivers/postgres.ts";
import { isKioskError } from "../kernel/errors.ts";
import { brokenConstraint, sqlState } from "../ports/sql-state.ts";
import { type OnDatabase, POOL_MAX } from "./database-harness.ts";

/** What holds of transactions and statements, and of how they fail. */
export const databaseTransactions = (on: OnDatabase): void => {
  test("commits what the work did and returns its result", async () => {
    const { database, counterOf } = on();
    const result = await database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter (id, value) values ('kept', 7)`);
      return "done";
    });
    expect(result).toBe("done");
    expect(await counterOf("kept")).toBe(7);
  });

  test("rolls back what the work did when it throws, and throws the same error", async () => {
    const { database, counterOf } = on();
    const failure = new Error("no");
    const attempt = database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter (id) values ('dropped')`);
      throw failure;
    });
    expect(await attempt.catch((error: unknown) => error)).toBe(failure);
    expect(await counterOf("dropped")).toBeUndefined();
  });

  test("keeps SQLSTATE and constraint of a broken rule, without the values, and keeps the connection", async () => {
    const { database, addCounter } = on();
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
    const { database, counterOf } = on();
    const attempt = database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter (id) values ('swallowed')`);
      await tx.execute(sql`select 1/0`).catch(() => undefined);
      return "fine";
    });
    await expect(attempt).rejects.toThrow(/swallowed/);
    expect(await counterOf("swallowed")).toBeUndefined();
  });

  test("goes on after a failed statement that stood in a savepoint", async () => {
    const { database, counterOf } = on();
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
    const { database, counterOf, addCounter } = on();
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
    const { database } = on();
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
    const { database, observer, addCounter } = on();
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
    const { database, takeWholePool } = on();
    const error = await database
      .transaction((tx) => tx.execute(sql`select pg_sleep(20)`))
      .catch((reason: unknown) => reason);
    expect(isKioskError(error, "TIMEOUT")).toBe(true);
    expect(sqlState(error)).toBe("57014");
    await takeWholePool();
  });

  test("refuses a statement that comes after the end of its transaction", async () => {
    const { database } = on();
    const late = await database.transaction(async (tx) => async () => await tx.execute(sql`select 1`));
    await expect(late()).rejects.toThrow(/over/);
    await expect(database.db.transaction(async () => 1)).rejects.toThrow(/Database port/);
  });
};
