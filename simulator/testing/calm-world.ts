import { createMemoryDatabase } from "../stores/memory-database.ts";
import { createMemoryOutbox } from "../stores/memory-outbox.ts";
import { createLife } from "../world/life.ts";
import { realParts } from "../world/parts.ts";
import { createWorld } from "../world/world.ts";

/** Longer than anything takes in a world where nothing goes wrong. */
const CALL_MS = 60_000;

/** A world without faults, for one store: time passes only while a call is waited for, or is let pass. */
export const calmWorld = (seed = 1) => {
  const world = createWorld({ seed, parts: realParts, blame: () => undefined, isCalm: true });
  const { scheduler } = world;
  const database = createMemoryDatabase(world, "calm");
  return {
    ...{ world, database },
    outbox: createMemoryOutbox(world, database),
    life: createLife("calm", scheduler),
    /** Lets the world go on until the work is done. */
    async drive<Result>(work: () => Promise<Result>): Promise<Result> {
      let isDone = false;
      const done = work().finally(() => {
        isDone = true;
      });
      done.catch(() => undefined);
      await scheduler.runUntil(() => isDone, scheduler.nowMs + CALL_MS);
      return done;
    },
    async lapse(ms: number): Promise<void> {
      await scheduler.runUntil(() => false, scheduler.nowMs + ms);
    },
  };
};
