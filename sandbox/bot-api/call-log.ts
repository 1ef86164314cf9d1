import { isoNow, type World } from "../state/world.ts";
import type { CallParameters } from "./parameters.ts";

/** Ring-buffer bound: calls remembered; the oldest is forgotten first. */
const CALL_LOG_LIMIT = 2_000;
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
      const params = Object.fromEntries(
        [...parameters].map(([name, value]) => [name, SECRET_PARAMETERS.has(name) ? "***" : value]),
      );
      const record: CallRecord = {
        seq: nextSeq++,
        at: isoNow(world),
        method,
        params,
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
