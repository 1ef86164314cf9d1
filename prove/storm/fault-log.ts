import { pause } from "../../shared/runtime/retry.ts";
import type { ApiClient } from "../../tools/client/api-client.ts";
import type { FaultRecord } from "../promise.ts";

const LOOK_EVERY_MS = 100;
/** Nobody looks for longer: then it is said that it has not recovered. */
const LOOK_FOR_MS = 30_000;

type Mutable = { -readonly [Name in keyof FaultRecord]: FaultRecord[Name] };

type Named = Pick<FaultRecord, "kind" | "target" | "detail">;

export interface OpenFault {
  /** It is over: from now on it is watched when the shop is ready again. */
  over(changes?: Partial<Pick<FaultRecord, "struck" | "detail">>): void;
}

export interface FaultLog {
  readonly faults: readonly FaultRecord[];
  begin(fault: Named): OpenFault;
  /** One that cuts nothing off and that nobody waits for. */
  note(fault: Named): OpenFault;
  /** What is cut off now. */
  away(): readonly string[];
  /** Resolves when nobody looks any more. */
  watched(): Promise<void>;
}

/** Whether the shop says that it is ready, every consumer and connection of the parts that the gateway reaches included. */
export const isReady = async (api: ApiClient): Promise<boolean> =>
  (await api.send("/ready").catch(() => null))?.status === 200;

/**
 * Writes down what was done to the shop and how long it took to recover. A fault during whose recovery another one strikes is not
 * known to have recovered: nobody can tell which of them it still suffers from.
 */
export const createFaultLog = (api: ApiClient, now: () => number): FaultLog => {
  const faults: Mutable[] = [];
  const open = new Set<Mutable>();
  const looks = new Set<Promise<void>>();
  let begun = 0;

  const watch = async (fault: Mutable): Promise<void> => {
    const before = begun;
    const isAlone = () => begun === before && open.size === 0;
    const giveUpMs = now() + LOOK_FOR_MS;
    while (isAlone() && now() < giveUpMs) {
      const ready = await isReady(api);
      if (!isAlone()) return;
      if (ready) {
        fault.recoveredAtMs = Math.round(now());
        return;
      }
      await pause(LOOK_EVERY_MS);
    }
  };
  const write = (what: Named): Mutable => {
    const times = { atMs: Math.round(now()), endedAtMs: null, recoveredAtMs: null };
    const fault: Mutable = { ...what, ...times, struck: true };
    faults.push(fault);
    return fault;
  };
  return {
    faults,
    note(what) {
      const fault = write(what);
      return { over: (changes = {}) => void Object.assign(fault, changes, { endedAtMs: Math.round(now()) }) };
    },
    begin(what) {
      const fault = write(what);
      open.add(fault);
      begun += 1;
      return {
        over(changes = {}) {
          Object.assign(fault, changes, { endedAtMs: Math.round(now()) });
          open.delete(fault);
          const look = watch(fault).finally(() => looks.delete(look));
          looks.add(look);
        },
      };
    },
    away: () => [...new Set([...open].map(({ target }) => target))],
    watched: async () => void (await Promise.all(looks)),
  };
};
