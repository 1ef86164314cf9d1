import { availableParallelism } from "node:os";
import { machineBusyMs, postgresProcessorMs, processorMs, usedBetween } from "./processor-time.ts";

/** Whose processor time is ours: processes, and the connections to databases whose names begin so. */
export interface Ours {
  readonly pids: readonly number[];
  readonly databasePrefix: string;
  /** Whoever makes the load: neither ours nor somebody else's. */
  readonly generators: readonly number[];
}

const sumOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + processorMs(pid), 0);

const look = ({ pids, databasePrefix, generators }: Ours) => ({
  own: sumOf(pids),
  generators: sumOf(generators),
  postgres: postgresProcessorMs(databasePrefix),
  busy: machineBusyMs(),
  at: performance.now(),
});

/**
 * Begins to watch the processors; the answer tells what was used since: by the processes, by PostgreSQL for them, and the share of the machine
 * that was neither; `endedMs` is what ours have used that are gone by then. Above some per cent of it a figure says little.
 */
export const watchMachine = (ours: Ours) => {
  const before = look(ours);
  return (endedMs = 0) => {
    const after = look(ours);
    const [ownMs, postgresMs] = [after.own - before.own, usedBetween(before.postgres, after.postgres)];
    const others =
      after.busy - before.busy - ownMs - postgresMs - endedMs - (after.generators - before.generators);
    const elapsedMs = after.at - before.at;
    return { ownMs, postgresMs, othersShare: Math.max(0, others) / (elapsedMs * availableParallelism()) };
  };
};
