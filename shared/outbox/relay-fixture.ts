import type { Database } from "../ports/database.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { createRelay, type RelayOptions } from "./relay.ts";

/** A relay over this database that looks often, and tries again soon. */
export const relayOf = (database: Database, options: Partial<RelayOptions> & Pick<RelayOptions, "bus">) =>
  createRelay({
    database,
    clock: fakeClock(),
    log: silentLogger(),
    pollMs: 50,
    backoffMs: { min: 10, max: 20 },
    ...options,
  });

/** The database, and how many single statements were sent to it through this view of it. */
export const counted = (database: Database) => {
  const statements = { count: 0 };
  const db = new Proxy(database.db, {
    get(target, name, receiver) {
      if (name === "execute") statements.count += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  return { statements, database: { ...database, db } };
};
