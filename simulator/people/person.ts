import { isKioskError, type KioskError } from "../../shared/kernel/errors.ts";
import { createLife, type Life } from "../world/life.ts";
import type { Pool } from "../world/network.ts";
import type { World } from "../world/world.ts";
import type { Books } from "./books.ts";

/** A person asks again what got no answer, and what was answered "not now". */
const AGAIN_MS = { first: 200, most: 10_000 } as const;
const ASK_DEADLINE_MS = 5_000;

export interface Person {
  readonly life: Life;
  /** Asks until there is an answer or a refusal for good. */
  insist<Api, Answer>(to: Pool<Api>, ask: (api: Api) => Promise<Answer>): Promise<Answer>;
  once<Api, Answer>(to: Pool<Api>, ask: (api: Api) => Promise<Answer>): Promise<Answer>;
}

const passes = (error: unknown): boolean =>
  !isKioskError(error) ||
  error.code === "UNAVAILABLE" ||
  error.code === "TIMEOUT" ||
  error.details.retryAfterSeconds !== undefined;

/** Whether somebody refused, rather than that something went wrong. */
export const isRefusal = (error: unknown): error is KioskError => !passes(error);

/** Somebody outside of the shop, who does not die. Their work is waited for at the end. */
export const createPerson = (world: World, name: string): Person => {
  const life = createLife(name, world.scheduler);
  const once: Person["once"] = (to, ask) => world.network.call(life, to, ask, ASK_DEADLINE_MS);
  return {
    life,
    once,
    async insist(to, ask) {
      for (let asks = 1; ; asks += 1) {
        try {
          return await once(to, ask);
        } catch (error) {
          if (!passes(error)) throw error;
          const pauseMs = Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** Math.min(asks, 10));
          await life.wait(1 + world.dice.below(pauseMs));
        }
      }
    },
  };
};

/** Begins something that a person does at a moment; the world is not at rest before it is done. */
export const plan = (world: World, books: Books, atMs: number, work: () => Promise<void>): void => {
  books.busy += 1;
  world.scheduler.after(atMs, () => {
    work().then(
      () => {
        books.busy -= 1;
      },
      (error: unknown) => {
        books.busy -= 1;
        if (!isRefusal(error)) world.blame(`somebody never got an answer: ${String(error)}`);
      },
    );
  });
};
