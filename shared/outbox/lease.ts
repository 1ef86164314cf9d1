import { sql } from "drizzle-orm";
import type { Database, Queryable } from "../ports/database.ts";
import { outboxLease } from "./schema.ts";

const NAME = "relay";
/** The lease is prolonged this many times within its life while it is in use. */
const RENEWALS_PER_LEASE = 3;

/** Who may publish: one relay at a time, until it gives the lease back or its time has passed. */
export interface Lease {
  readonly holder: string;
  /** True between taking and giving back, as far as this holder knows. */
  readonly held: boolean;
  /** Takes the lease; asks the database only when it is not held or soon to end. False while another has it. */
  take(): Promise<boolean>;
  /** Runs `work` while the lease is prolonged now and then. A renewal that fails costs duplicates at worst. */
  keep(work: () => Promise<void>): Promise<void>;
  /** Gives the lease back, so that another need not wait until it runs out. */
  release(): Promise<void>;
  /** To be called when a statement of the caller's has given it back (see `releasing`). */
  released(): void;
}

/** Milliseconds as an interval; the database's clock alone decides, since relays run on several machines. */
const interval = (ms: number) => sql`${ms}::float8 * interval '1 millisecond'`;

const claim = async (db: Queryable, holder: string, leaseMs: number): Promise<boolean> => {
  const { rows } = await db.execute(sql`
    insert into ${outboxLease} as lease (name, holder, until)
    values (${NAME}, ${holder}, clock_timestamp() + ${interval(leaseMs)})
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where lease.holder = excluded.holder or lease.until < clock_timestamp()
    returning 1`);
  return rows.length > 0;
};

/** The statement that gives the lease back, fit for a CTE too; no holder gives back nothing. */
export const releasing = (holder: string | null) => sql`
  update ${outboxLease} set until = '-infinity' where name = ${NAME} and holder = ${holder}::uuid`;

export const createLease = (database: Database, leaseMs: number): Lease => {
  const holder = crypto.randomUUID();
  const renewEveryMs = leaseMs / RENEWALS_PER_LEASE;
  /** By this process's clock; the database's counts from a little later, so the lease lasts at least as long. */
  let heldUntil = Number.NEGATIVE_INFINITY;

  const renew = async () => {
    const now = performance.now();
    const mine = await claim(database.db, holder, leaseMs);
    heldUntil = mine ? now + leaseMs : Number.NEGATIVE_INFINITY;
    return mine;
  };
  const released = () => {
    heldUntil = Number.NEGATIVE_INFINITY;
  };

  return {
    holder,
    get held() {
      return heldUntil > performance.now();
    },
    take: async () => heldUntil - performance.now() > leaseMs - renewEveryMs || renew(),
    async keep(work) {
      const timer = setInterval(() => void renew().catch(() => undefined), renewEveryMs);
      try {
        await work();
      } finally {
        clearInterval(timer);
      }
    },
    async release() {
      released();
      await database.db.execute(releasing(holder));
    },
    released,
  };
};
