import type { ReadsTiming } from "./catalogue-part.ts";
import type { Verdict } from "./targets.ts";

/** How a part of the benchmark is run. */
export interface PartOptions extends ReadsTiming {
  /** One target alone, such as `p4`; null for all. */
  readonly only: string | null;
  /** One short round. */
  readonly quick: boolean;
  /** How long P10 lasts. */
  readonly minutes: number;
  /** Orders carry an `Idempotency-Key`. */
  readonly keys: boolean;
  /** Kiosk as two processes, on real servers. */
  readonly split: boolean;
  /** Where the profiles of Kiosk go; null where it is not profiled. */
  readonly profileFolder: string | null;
}

/** What a part of the benchmark has found. */
export interface PartResult {
  /** Figures of each step: for `results.json`. */
  readonly steps: Readonly<Record<string, object>>;
  readonly verdicts: readonly Verdict[];
  /** What would be wrong whatever the speed, as sentences. */
  readonly problems: readonly string[];
}

/** A part of the benchmark with a Kiosk of its own, which it opens and closes. It prints its own table. */
export interface BenchPart {
  /** As `--only` names them. */
  readonly targets: readonly string[];
  run(server: string, options: PartOptions): Promise<PartResult>;
}

export const say = (text: string) => process.stdout.write(`${text}\n`);
