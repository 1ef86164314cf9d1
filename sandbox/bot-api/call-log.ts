import { isoNow, type World } from "../state/world.ts";
import type { CallParameters } from "./parameters.ts";

/** Ring-buffer bound: calls remembered; the oldest is forgotten first. */
export const CALL_LOG_LIMIT = 2_000;
/** What one remembered call may hold of its parameters, in characters; what is longer is cut. */
export const CALL_LOG_PARAMETERS_LIMIT = 20_000;
const SECRET_PARAMETERS = new Set(["secret_token", "certificate"]);

export interface CallRecord {
  seq: number;
  at: string;
  method: string;
  params: Record<string, unknown>;
  /** HTTP status the client got; null while the call runs, and when it got none. */
  status: number | null;
  description: string | null;
  /** Whether the call acted. A call whose answer was lost has `applied: true` and a fault. */
  applied: boolean;
  fault: string | null;
}

export interface CallLog {
  begin(method: string, parameters: CallParameters): CallRecord;
  settle(record: CallRecord, outcome: Partial<CallRecord>): void;
  list(): readonly CallRecord[];
  clear(): void;
}

export function createCallLog(world: World): CallLog {
  let records: CallRecord[] = [];
  let nextSeq = 1;
  return {
    begin(method, parameters) {
      const record: CallRecord = {
        seq: nextSeq++,
        at: isoNow(world),
        method,
        params: remembered(parameters),
        status: null,
        description: null,
        applied: false,
        fault: null,
      };
      records.push(record);
      if (records.length > CALL_LOG_LIMIT * 2) records = records.slice(-CALL_LOG_LIMIT);
      world.changes.emit({ kind: "call" });
      return record;
    },
    settle(record, outcome) {
      Object.assign(record, outcome);
      world.changes.emit({ kind: "call" });
    },
    list: () => records.slice(-CALL_LOG_LIMIT),
    clear() {
      records = [];
    },
  };
}

/** The parameters as they are remembered: no secrets, no files, and no more than fits. */
function remembered(parameters: CallParameters): Record<string, unknown> {
  let room = CALL_LOG_PARAMETERS_LIMIT;
  const params: Record<string, unknown> = {};
  for (const [name, value] of parameters) {
    const text = typeof value === "string" ? value : value instanceof Uint8Array ? "" : JSON.stringify(value);
    room -= name.length + text.length;
    if (room < 0) params[name.slice(0, Math.max(0, room + text.length + name.length))] = "… (too long)";
    else if (SECRET_PARAMETERS.has(name)) params[name] = "***";
    else params[name] = value instanceof Uint8Array ? `file of ${value.length} bytes` : value;
    if (room < 0) break;
  }
  return params;
}
