import { readdirSync, readFileSync } from "node:fs";

/** What /proc counts in (proc(5), `sysconf(_SC_CLK_TCK)`): the same on every Linux that Bun runs on. */
const TICK_MS = 10;
/** Fields of /proc/PID/stat after the name, counted from 0: user and system time. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Milliseconds of processor time that a process has used; 0 where it is gone or this is no Linux. */
export const processorMs = (pid: number | string): number => {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[USER_TIME] ?? 0) + Number(fields[SYSTEM_TIME] ?? 0)) * TICK_MS;
};

/** The same for each connection to a database, of a PostgreSQL on this machine, whose name begins so; by process. */
export const postgresProcessorMs = (databasePrefix: string): Map<string, number> => {
  if (process.platform !== "linux") return new Map();
  const isBackend = (pid: string) => {
    const command = read(`/proc/${pid}/cmdline`);
    return command.startsWith("postgres:") && command.includes(` ${databasePrefix}`);
  };
  const backends = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isBackend(name));
  return new Map(backends.map((pid) => [pid, processorMs(pid)]));
};

/** What was used between two such readings; what had ended by the second is not in it. */
export const usedBetween = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number => [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);

/** Milliseconds that all processors of this machine have been busy; 0 where this is no Linux. */
export const machineBusyMs = (): number => {
  // The fields of proc(5): user nice system idle iowait irq softirq steal.
  const fields = (read("/proc/stat").split("\n")[0] ?? "").trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
};
