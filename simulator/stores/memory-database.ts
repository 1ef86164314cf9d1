import {
  commitUnknown,
  databaseContended,
  databaseUnreachable,
  isRepeatable,
  toFailure,
} from "../../shared/drivers/postgres-failure.ts";
import { sqlStates } from "../../shared/ports/sql-state.ts";
import type { Life } from "../world/life.ts";
import type { Division, Write } from "../world/parts.ts";
import type { World } from "../world/world.ts";
import { createLocks, type Locks } from "./locks.ts";

// PostgreSQL as far as our stores can tell: READ COMMITTED, row and advisory locks to the end of the transaction, a commit that
// does all or nothing, and the ways in which the driver fails (`shared/drivers/postgres.ts`, whose own failures these are).

const ATTEMPTS = 3;
const RETRY_PAUSE_MS = 20;
const LOCK_TIMEOUT_MS = 500;
const STATEMENT_TIMEOUT_MS = 3_000;
const STATEMENT_MS = 3;
const SLOW_FACTOR = 60;

/** One transaction. What it writes is seen by nobody before it commits. */
export interface MemoryTx {
  readonly id: number;
  /** The moment at which it began, as `now()` says it. */
  readonly now: Date;
  /** Waits until the key is its own. */
  lock(key: string): Promise<void>;
  /** Never waits. */
  tryLock(key: string): boolean;
  /** A statement on its way there and back. */
  statement(): Promise<void>;
  write(...writes: readonly Write[]): void;
}

export interface MemoryDatabase {
  /** Repeats as the driver does. Never settles where the life ends. */
  transaction<Result>(life: Life, work: (tx: MemoryTx) => Promise<Result>): Promise<Result>;
  /** The same, with writes that a part of the world may divide wrongly: then another transaction follows. */
  divided<Result>(
    life: Life,
    work: (tx: MemoryTx) => Promise<{ readonly result: Result; readonly division: Division }>,
  ): Promise<Result>;
  /** Reads what is committed, in one statement. */
  read<Result>(life: Life, look: () => Result): Promise<Result>;
  /** Below this every transaction has ended. */
  horizon(): number;
  /** Told after each commit. */
  onCommit(tell: () => void): void;
}

const failureOf = (code: string) => Object.assign(new Error(`SQLSTATE ${code}`), { code });

interface Open {
  readonly tx: MemoryTx;
  readonly writes: Write[];
  readonly locks: ReturnType<Locks["holder"]>;
}

/** The commit of a transaction: it happens at the server, whether or not anybody hears of it. */
const createCommit = (
  world: World,
  name: string,
  ends: (open: Open) => void,
  committed: () => void,
): ((life: Life, open: Open) => Promise<void>) => {
  const { scheduler, weather, dice } = world;
  const settle = (
    life: Life,
    { writes }: Open,
    { happens, isHeardOf }: Record<"happens" | "isHeardOf", boolean>,
  ) => {
    if (writes.length === 0) return;
    if (happens) committed();
    if (isHeardOf) return;
    world.tell(life.name, () => `${name}: the answer to a commit is lost, ${happens ? "done" : "undone"}`);
  };
  return (life, open) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const isLost = weather.strikes("commit-lost");
    const isUnknown = weather.strikes("commit-unknown");
    const survives = dice.next() < 0.5;
    const isHeardOf = !isLost && !isUnknown;
    scheduler.after(1 + dice.below(STATEMENT_MS), () => {
      const happens = !isLost && (life.alive || survives);
      if (happens) for (const write of open.writes) write();
      ends(open);
      settle(life, open, { happens, isHeardOf });
      life.later(1, isHeardOf ? resolve : () => reject(commitUnknown(new Error("connection reset"))));
    });
    return promise;
  };
};

export const createMemoryDatabase = (world: World, name: string): MemoryDatabase => {
  const { scheduler, weather, dice } = world;
  const locks = createLocks(scheduler, LOCK_TIMEOUT_MS, () => failureOf(sqlStates.lockNotAvailable));
  const listeners: (() => void)[] = [];
  const running = new Set<number>();
  let transactions = 0;

  const statement = async (life: Life): Promise<void> => {
    const ms = 1 + dice.below(STATEMENT_MS);
    await life.wait(weather.strikes("database-slow") ? ms * SLOW_FACTOR : ms);
    if (weather.strikes("database-away")) throw databaseUnreachable(new Error("connection refused"));
    if (!weather.strikes("statement-timeout")) return;
    await life.wait(STATEMENT_TIMEOUT_MS);
    throw failureOf(sqlStates.queryCanceled);
  };
  const open = (life: Life): Open => {
    transactions += 1;
    const id = transactions;
    running.add(id);
    const held = locks.holder();
    const writes: Write[] = [];
    const tx: MemoryTx = {
      ...{ id, now: world.trueClock.now() },
      lock: (key) => held.lock(life, key),
      tryLock: held.tryLock,
      statement: () => statement(life),
      write: (...more) => void writes.push(...more),
    };
    return { tx, writes, locks: held };
  };
  const end = ({ tx, locks: held }: Open) => {
    running.delete(tx.id);
    held.release();
  };
  const commit = createCommit(world, name, end, () => {
    for (const tell of listeners) tell();
  });

  const once = async <Result>(life: Life, work: (tx: MemoryTx) => Promise<Result>): Promise<Result> => {
    await statement(life);
    const opened = open(life);
    const forget = life.onEnd(() => end(opened));
    try {
      const result = await work(opened.tx);
      if (weather.strikes("serialization-failure")) throw failureOf(sqlStates.serializationFailure);
      forget();
      await commit(life, opened);
      return result;
    } catch (error) {
      forget();
      end(opened);
      throw error;
    }
  };
  const transaction: MemoryDatabase["transaction"] = async (life, work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(life, work);
      } catch (error) {
        if (!isRepeatable(error)) throw toFailure(error);
        if (attempt >= ATTEMPTS) throw databaseContended(error);
        await life.wait(dice.below(RETRY_PAUSE_MS * attempt));
      }
    }
  };
  return {
    transaction,
    async divided(life, work) {
      const { result, after } = await transaction(life, async (tx) => {
        const done = await work(tx);
        tx.write(...done.division.within);
        return { result: done.result, after: done.division.after };
      });
      if (after.length > 0) await transaction(life, async (tx) => tx.write(...after));
      return result;
    },
    async read(life, look) {
      await statement(life).catch((error: unknown) => {
        throw toFailure(error);
      });
      return look();
    },
    horizon: () => Math.min(transactions + 1, ...running),
    onCommit: (tell) => void listeners.push(tell),
  };
};
