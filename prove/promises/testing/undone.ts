import { sql } from "drizzle-orm";
import type { Database } from "../../../shared/ports/database.ts";
import { type ServiceName, serviceNames } from "../../../shared/runtime/service.ts";

type Databases = Readonly<Record<ServiceName, Database>>;

class RolledBack extends Error {}

/**
 * Does the work on the databases as if nobody else was there, and undoes in the end what it did to them: each is one transaction that is
 * rolled back.
 */
export const undone = async <Result>(
  databases: Databases,
  work: (databases: Databases) => Promise<Result>,
): Promise<Result> => {
  const open = new Map<ServiceName, Database>();
  const done: { result?: Result } = {};
  const within = async ([name, ...others]: readonly ServiceName[]): Promise<void> => {
    if (name === undefined) {
      done.result = await work(Object.fromEntries(open) as Databases);
      throw new RolledBack();
    }
    await databases[name].transaction(async (tx) => {
      await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`);
      open.set(name, { ...databases[name], db: tx, transaction: (inner) => inner(tx) });
      await within(others);
    });
  };
  await within(serviceNames).catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return done.result as Result;
};
