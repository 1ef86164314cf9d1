import type { LongLived } from "../shared/runtime/lifecycle.ts";

/** How often holds that have ended are looked for. */
const EXPIRY_SWEEP_MS = 5_000;

export interface ExpirySweepOptions {
  readonly expire: () => Promise<number>;
  readonly report: (outcome: { readonly expired: number } | { readonly error: unknown }) => void;
  readonly everyMs?: number;
}

/** Runs `expire` again and again; a run that fails is reported, and the next one comes in its time. */
export const createExpirySweep = ({
  expire,
  report,
  everyMs = EXPIRY_SWEEP_MS,
}: ExpirySweepOptions): LongLived => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;

  const sweep = async () => {
    try {
      const expired = await expire();
      if (expired > 0) report({ expired });
    } catch (error) {
      report({ error });
    }
    if (!stopped) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      running = sweep();
    }, everyMs);
  };

  return {
    name: "expiry sweep",
    async start() {
      if (timer === undefined && !stopped) schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
