import type { Death } from "../plan.ts";
import type { FaultLog } from "./fault-log.ts";
import type { Seat } from "./seats.ts";

/** A life is at least so long, however late the one before has ended: or there would be nothing to lose. */
const LIFE_MIN_MS = 1_500;

/** What a process is told of its life: where it dies, and how wrong its clock is. */
const envOf = (death: Death, clockOffMs: number): Record<string, string> => ({
  ...(death.crashAt === null ? {} : { CRASH_AT: death.crashAt }),
  ...(clockOffMs === 0 ? {} : { CLOCK_OFF_MS: String(clockOffMs) }),
});

/** Ends the life in this seat, if it has not ended by itself, and writes down how. */
const endLife = async (seat: Seat, death: Death, hasEnded: boolean, log: FaultLog) => {
  const how = death.kind === "stop" ? "SIGTERM" : "kill -9";
  const what = hasEnded
    ? { kind: "crash-point", detail: death.crashAt?.split("#")[0] ?? "by itself" }
    : { kind: death.kind === "stop" ? "stop" : "kill", detail: how };
  const fault = log.begin({ ...what, target: seat.name });
  if (!hasEnded) await seat.end(death.kind === "stop" ? "stop" : "kill");
  return fault;
};

/** Puts somebody there who knows of no death, and whose clock is right. */
const endDoom = async (seat: Seat, log: FaultLog): Promise<void> => {
  const last = log.begin({ kind: "kill", target: seat.name, detail: "kill -9" });
  await seat.end("kill");
  await seat.start({});
  last.over();
};

/**
 * Lets one process die as planned, again and again, until the storm is over. Where nobody has passed a crash point by the time of its
 * death, `kill -9` comes in its place. In the end a process is left that knows of no death, and whose clock is right.
 */
export const dieAsPlanned = async (
  seat: Seat,
  deaths: readonly Death[],
  startedAtMs: number,
  log: FaultLog,
  signal: AbortSignal,
): Promise<void> => {
  let life: ReturnType<FaultLog["note"]> | null = null;
  for (const [nth, death] of deaths.entries()) {
    const dueMs = Math.max(startedAtMs + death.atMs, seat.readySinceMs + LIFE_MIN_MS);
    const hasEnded = await seat.endedBy(dueMs, signal);
    if (signal.aborted && !hasEnded) break;
    const fault = await endLife(seat, death, hasEnded, log);
    life?.over();
    const next = signal.aborted ? undefined : deaths[nth + 1];
    const offMs = next === undefined ? 0 : death.clockOffMs;
    await seat.start(next === undefined ? {} : envOf(next, offMs));
    life = offMs === 0 ? null : log.note({ kind: "clock-off", target: seat.name, detail: `${offMs} ms` });
    fault.over();
  }
  if (seat.isDoomed || life !== null) await endDoom(seat, log);
  life?.over();
};
