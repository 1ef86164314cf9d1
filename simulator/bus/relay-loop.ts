import type { MemoryDatabase } from "../stores/memory-database.ts";
import type { MemoryOutbox } from "../stores/memory-outbox.ts";
import type { Life } from "../world/life.ts";
import type { World } from "../world/world.ts";
import type { Broker } from "./broker.ts";

/** A missed ring delays an event by so much. The real relay looks more often; here it would only fill the story. */
const POLL_MS = 3_000;
const LINGER_MS = 250;
const GATHER_MS = 10;
const BACKOFF_MS = { min: 50, max: 2_000 } as const;

/** Something that can be rung for, and waited for within a life. */
export const createBell = (life: Life) => {
  let rung = false;
  let waiter: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      waiter?.();
    },
    /** True when somebody rang, before the wait or in it. */
    async wait(ms: number): Promise<boolean> {
      if (!rung) {
        await new Promise<void>((resolve) => {
          waiter = resolve;
          life.later(ms, resolve);
        });
        waiter = null;
      }
      const wasRung = rung;
      rung = false;
      return wasRung;
    },
  };
};

/**
 * The relay of one process: the turns are those of `shared/outbox/relay-turn.ts`, the loop around them is that of
 * `shared/outbox/relay.ts` in virtual time.
 */
export const startRelay = (
  world: World,
  { database, outbox, broker }: { database: MemoryDatabase; outbox: MemoryOutbox; broker: Broker },
  life: Life,
): void => {
  const lease = outbox.lease(life);
  const turn = world.parts.createTurn({ outbox: outbox.rows(life), bus: broker.busOf(life) }, lease);
  const bell = createBell(life);
  database.onCommit(() => {
    if (life.alive && outbox.unsent > 0) life.later(1, bell.ring);
  });
  const loop = async () => {
    let pauseMs: number = BACKOFF_MS.min;
    let isQuiet = false;
    for (;;) {
      try {
        const result = await turn(isQuiet ? "give-back" : "keep");
        pauseMs = BACKOFF_MS.min;
        isQuiet = result !== "more" && !(await bell.wait(lease.held ? LINGER_MS : POLL_MS));
        if (!isQuiet) await life.wait(GATHER_MS);
      } catch {
        await life.wait(pauseMs);
        pauseMs = Math.min(pauseMs * 2, BACKOFF_MS.max);
      }
    }
  };
  void loop();
};
