import { sql } from "drizzle-orm";
import { openPostgres } from "../drivers/postgres.ts";
import type { Database } from "../ports/database.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";

/** A database of the driver, and what its tests ask of it and do to it. */
export interface DatabaseHarness {
  readonly database: TestDatabase;
  /** A second pool on the same database, under another name, so that it survives what is done to the first. */
  readonly observer: Database;
  counterOf(id: string): Promise<number | undefined>;
  addCounter(id: string): Promise<unknown>;
  /** Ends every connection of the database but the observer's; answers how many those were. */
  terminateAll(): Promise<number>;
  /** Only possible while every slot of the pool can be had at the same time. */
  takeWholePool(): Promise<void>;
  close(): Promise<void>;
}

/** The harness of the test that runs: it is opened before the first one. */
export type OnDatabase = () => DatabaseHarness;

/** Connections of the pool that is tested. */
export const POOL_MAX = 10;

export const openDatabaseHarness = async (server: string): Promise<DatabaseHarness> => {
  const database = await testDatabase({ name: "conformance", server, poolMax: POOL_MAX });
  const observer = openPostgres({ name: "observer", url: database.url, log: silentLogger(), poolMax: 2 });
  await database.db.execute(sql`create table counter (id text primary key, value int not null default 0)`);
  return {
    database,
    observer,
    async counterOf(id) {
      const { rows } = await observer.db.execute<{ value: number }>(
        sql`select value from counter where id = ${id}`,
      );
      return rows[0]?.value;
    },
    addCounter: (id) => database.db.execute(sql`insert into counter (id) values (${id})`),
    async terminateAll() {
      const { rows } = await observer.db.execute(sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like 'kiosk-conformance%'`);
      return rows.length;
    },
    async takeWholePool() {
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
    },
    async close() {
      await observer.close();
      await database.drop();
    },
  };
};
