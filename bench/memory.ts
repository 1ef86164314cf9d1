import { readdirSync, readFileSync } from "node:fs";

const KB_A_MB = 1024;

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Each process with the one that started it. */
const parents = (): Map<number, number> =>
  new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => {
        const stat = read(`/proc/${name}/stat`);
        // The state and the parent follow the name, which may hold anything: proc(5).
        return [Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0)];
      }),
  );

/** The process, all that it has started, and what these have. */
export const withDescendants = (pid: number): number[] => {
  const all = [...parents()];
  const found = [pid];
  for (const one of found) found.push(...all.filter(([, parent]) => parent === one).map(([child]) => child));
  return found;
};

/** Megabytes of a process that are resident, what it shares with others counted by its share (proc(5), smaps_rollup). 0 where it is gone. */
export const proportionalMb = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / KB_A_MB;

/** Megabytes of a process that are resident, what it shares with others included; NaN where it is gone. */
export const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1]) / KB_A_MB;
