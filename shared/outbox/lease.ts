import { type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../ports/database.ts";
import { outboxLease } from "./schema.ts";

/** The lease of the relay: of a service's several, one publishes. */
export const RELAY = "relay";
/** The lease is prolonged this many times within its life while it is in use. */
const RENEWALS_PER_LEASE = 3;

/** Who may do something alone, such as publish: one holder at a time, until it gives the lease back or its time has passed. */
export interface Lease {
  /** True between taking and giving back, as far as this holder knows. */
  readonly held: boolean;
  /** An SQL condition: another has it now. For whoever only reads first, so that one that has to wait writes nothing. */
  readonly isTaken: SQL;
  /** Takes the lease; asks the database only when it is not held or soon to end. False while another has it. */
  take(): Promise<boolean>;
  /** Runs `work` while the lease is prolonged now and then. A renewal that fails lets another begin, as when the holder has died. */
  keep(work: () => Promise<void>): Promise<void>;
  /** Gives the lease back, so that another need not wait until it runs out. */
  release(): Promise<void>;
}

/** Milliseconds as an interval; the database's clock alone decides, since relays run on several machines. */
const interval = (ms: number) => sql`${ms}::float8 * interval '1 millisecond'`;

const claim = async (db: Queryable, name: string, holder: string, leaseMs: number): Promise<boolean> => {
  const { rows } = await db.execute(sql`
    insert into ${outboxLease} as lease (name, holder, until)
    values (${name}, ${holder}, clock_timestamp() + ${interval(leaseMs)})
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where lease.holder = excluded.holder or lease.until < clock_timestamp()
    returning 1`);
  return rows.length > 0;
};

const giveBack = (name: string, holder: string) => sql`
  update ${outboxLease} set until = '-infinity' where name = ${name} and holder = ${holder}`;

const takenFrom = (name: string, holder: string) => sql`exists (
  select 1 from ${outboxLease} where name = ${name} and holder <> ${holder} and until >= clock_timestamp())`;

/** `name`: what the lease is for; each is taken by itself. */
export const createLease = (database: Database, leaseMs: number, name = RELAY): Lease => {
  const holder = crypto.randomUUID();
  const renewEveryMs = leaseMs / RENEWALS_PER_LEASE;
  /** By this process's clock; the database's counts from a little later, so the lease lasts at least as long. */
  let heldUntil = Number.NEGATIVE_INFINITY;

  const renew = async () => {
    const now = performance.now();
    const mine = await claim(database.db, name, holder, leaseMs);
    heldUntil = mine ? now + leaseMs : Number.NEGATIVE_INFINITY;
    return mine;
  };

  return {
    isTaken: takenFrom(name, holder),
    get held() {
      return heldUntil > performance.now();
    },
    take: async () => heldUntil - performance.now() > leaseMs - renewEveryMs || renew(),
    async keep(work) {
      let renewal: Promise<unknown> = Promise.resolve();
      const timer = setInterval(() => {
        renewal = renew().catch(() => undefined);
      }, renewEveryMs);
      try {
        await work();
      } finally {
        clearInterval(timer);
        // One that is under way must not arrive after the lease was given back.
        await renewal;
      }
    },
    async release() {
      heldUntil = Number.NEGATIVE_INFINITY;
      await database.db.execute(giveBack(name, holder));
    },
  };
};
