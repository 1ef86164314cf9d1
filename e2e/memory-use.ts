import { readFileSync } from "node:fs";

const BYTES_PER_KB = 1024;

/** Resident memory of a process in bytes, as Linux counts it. Fails where the process is gone. */
export const residentBytes = (pid: number): number => {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (match === null) throw new Error(`/proc/${pid}/status has no VmRSS`);
  return Number(match[1]) * BYTES_PER_KB;
};
