import type { PartName } from "../../boot/config.ts";
import { pause } from "../../shared/runtime/retry.ts";
import type { KioskProcess } from "../../tools/kiosk-process.ts";
import type { ProcessExit } from "../promise.ts";
import { nameOf, type Stage } from "../stage/stage.ts";

/** Whoever cannot start because a line is down begins again, as under any supervisor. */
const START_PAUSE_MS = 250;
/** A process that does not come up in this time, with nothing cut off any more, will not come up at all. */
const START_TIMEOUT_MS = 180_000;
/** A process that does not end when it is told to. */
const STOP_TIMEOUT_MS = 20_000;
/** What the shell says of a process that SIGKILL has ended: 128 + 9. */
const KILLED = 137;

/** The place of one process, and who sits in it. */
export interface Seat {
  readonly name: string;
  readonly parts: readonly PartName[];
  /** When the one who sits here said that it was ready. */
  readonly readySinceMs: number;
  /** Whether it was told where to die, or what time it is. */
  readonly isDoomed: boolean;
  /** Waits for it to end by itself until then; answers whether it has. */
  endedBy(atMs: number, signal: AbortSignal): Promise<boolean>;
  /** Ends it, and comes back when it has. */
  end(how: "kill" | "stop"): Promise<void>;
  /** Starts the next. */
  start(env: Readonly<Record<string, string>>): Promise<void>;
}

export interface Seats {
  readonly all: readonly Seat[];
  /** Ends that nobody had asked for. */
  readonly exits: readonly ProcessExit[];
  /** Starts that broke off, since what they need was cut off. */
  readonly failedStarts: readonly { readonly atMs: number; readonly tookMs: number; readonly said: string }[];
  /** What happens to the processes from now on is the end of the run. */
  dismiss(): void;
  /** Kills whoever still runs. */
  killAll(): void;
  output(): string;
}

/** Whether the work was done in time. */
const within = async (work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<boolean> => {
  const waited = new AbortController();
  const giveUp = () => waited.abort();
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted) giveUp();
  const isDone = await Promise.race([
    work.then(() => true),
    pause(Math.max(0, ms), waited.signal).then(() => false),
  ]);
  signal?.removeEventListener("abort", giveUp);
  waited.abort();
  return isDone;
};

/** What all seats write into. */
interface Register {
  readonly exits: ProcessExit[];
  readonly everybody: KioskProcess[];
  readonly failedStarts: { atMs: number; tookMs: number; said: string }[];
  isDismissed: boolean;
  /** Aborted when nobody waits for anything to start any more. */
  readonly signal: AbortSignal;
}

/** One that met its crash point before it was ready. */
const deadAtBirth = (output: string): KioskProcess => ({
  ...{ url: "", pid: 0, output: () => output },
  exited: Promise.resolve(KILLED),
  stop: async () => KILLED,
  kill: async () => undefined,
});

/** Starts a process, again and again while what it needs is cut off. */
const startPatiently = async (
  { failedStarts, signal }: Register,
  start: () => Promise<KioskProcess>,
  now: () => number,
): Promise<KioskProcess> => {
  const giveUpMs = now() + START_TIMEOUT_MS;
  for (;;) {
    signal.throwIfAborted();
    const atMs = Math.round(now());
    try {
      return await start();
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (said.startsWith(`Kiosk ended with exit code ${KILLED}:`)) return deadAtBirth(said);
      failedStarts.push({ atMs, tookMs: Math.round(now()) - atMs, said });
      if (now() > giveUpMs) throw error;
      await pause(START_PAUSE_MS);
    }
  }
};

const createSeat = (stage: Stage, nth: number, register: Register, now: () => number): Seat => {
  const { exits, everybody } = register;
  const parts = stage.scene.processes[nth] ?? [];
  const name = nameOf(parts);
  const sit = (process: KioskProcess, isDoomed: boolean) => {
    const life = { process, isDoomed, isToEnd: false, readySinceMs: now() };
    everybody.push(process);
    void process.exited.then((code) => {
      const isPlanned = life.isToEnd || register.isDismissed || (isDoomed && code === KILLED);
      if (!isPlanned) exits.push({ atMs: Math.round(now()), part: name, code });
    });
    return life;
  };
  const first = stage.processes[nth];
  if (first === undefined) throw new Error(`The stage has no process ${nth}.`);
  let life = sit(first, false);
  return {
    ...{ name, parts },
    get readySinceMs() {
      return life.readySinceMs;
    },
    get isDoomed() {
      return life.isDoomed;
    },
    endedBy: (atMs, signal) => within(life.process.exited, atMs - now(), signal),
    async end(how) {
      life.isToEnd = true;
      if (how === "kill" || !(await within(life.process.stop(), STOP_TIMEOUT_MS))) await life.process.kill();
    },
    async start(env) {
      const next = await startPatiently(register, () => stage.start(nth, env), now);
      life = sit(next, env.CRASH_AT !== undefined);
    },
  };
};

/** Keeps the processes of a stage: who runs, who has ended and why, and what all of them have said. */
export const createSeats = (stage: Stage, now: () => number, signal: AbortSignal): Seats => {
  const register: Register = { exits: [], everybody: [], failedStarts: [], isDismissed: false, signal };
  const { exits, everybody, failedStarts } = register;
  return {
    all: stage.processes.map((_, nth) => createSeat(stage, nth, register, now)),
    ...{ exits, failedStarts },
    dismiss() {
      register.isDismissed = true;
    },
    killAll() {
      register.isDismissed = true;
      for (const process of everybody) void process.kill();
    },
    output: () =>
      [...everybody.map((process) => process.output()), ...failedStarts.map(({ said }) => said)].join("\n"),
  };
};
