import type { Scheduler } from "./scheduler.ts";

/**
 * One life of a process, from its start to its end. All that it waits for it waits for here: when it has ended, nothing of it
 * goes on, as after `kill -9`. What it had in memory is gone with it.
 */
export interface Life {
  readonly name: string;
  readonly alive: boolean;
  /** Never resolves when the life ends before. */
  wait(ms: number): Promise<void>;
  /** Does the task after a while, unless the life has ended by then. */
  later(ms: number, task: () => void): void;
  /** Told of the end; answers how to be told no more. */
  onEnd(tell: () => void): () => void;
}

export interface MortalLife extends Life {
  end(): void;
}

export const createLife = (
  name: string,
  { after }: Pick<Scheduler, "after">,
  /** Asked whenever the life would go on: true where it has ended just before. */
  hasEnded: () => boolean = () => false,
): MortalLife => {
  const mourners = new Set<() => void>();
  let alive = true;
  const later = (ms: number, task: () => void) =>
    after(ms, () => {
      if (alive && !hasEnded()) task();
    });
  return {
    name,
    get alive() {
      return alive;
    },
    later,
    wait: (ms) => new Promise((resolve) => later(ms, resolve)),
    onEnd(tell) {
      mourners.add(tell);
      return () => void mourners.delete(tell);
    },
    end() {
      alive = false;
      for (const tell of [...mourners]) tell();
      mourners.clear();
    },
  };
};

/** An instance of a service: it may die at any moment, and another life begins later. */
export interface Instance<Api> {
  readonly name: string;
  /** What others may call; null while it is down. */
  readonly up: { readonly api: Api; readonly life: Life } | null;
  /** Ends its life at once; another one begins after so long. Nothing where it is down already. */
  kill(downMs: number): void;
}

/** What instances are made in. */
export interface Cradle {
  readonly scheduler: Pick<Scheduler, "after">;
  /** For how long a process is down that dies now, by lot; null where it lives. */
  readonly death: () => number | null;
  tell(who: string, what: () => string): void;
}

export const createInstance = <Api>(
  name: string,
  { scheduler, death, tell }: Cradle,
  boot: (life: Life) => Api,
): Instance<Api> => {
  let lives = 0;
  let up: { readonly api: Api; readonly life: MortalLife } | null = null;
  const kill = (downMs: number) => {
    if (up === null) return;
    const { life } = up;
    tell(life.name, () => `dies, and is down for ${downMs} ms`);
    up = null;
    life.end();
    scheduler.after(downMs, begin);
  };
  const diesNow = (): boolean => {
    const downMs = death();
    if (downMs !== null) kill(downMs);
    return downMs !== null;
  };
  const begin = () => {
    lives += 1;
    const life = createLife(`${name}#${lives}`, scheduler, diesNow);
    up = { api: boot(life), life };
  };
  begin();
  return {
    name,
    get up() {
      return up;
    },
    kill,
  };
};
