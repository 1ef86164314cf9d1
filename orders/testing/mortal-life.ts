import { unavailable } from "../../shared/kernel/errors.ts";

/** What an instance does to the outside, one step after the other. */
export interface Life {
  step<Result>(work: () => Promise<Result>): Promise<Result>;
}

export const immortal: Life = { step: (work) => work() };

export interface MortalLife extends Life {
  readonly dead: boolean;
}

/**
 * A life that ends at the n-th moment, as by `kill -9`: each step has one moment before it takes effect and one after.
 * From then on nothing of this instance reaches the outside.
 */
export const mortal = (moment: number): MortalLife => {
  let moments = 0;
  const pass = () => {
    moments += 1;
    if (moments >= moment) throw unavailable("this instance is dead");
  };
  return {
    get dead() {
      return moments >= moment;
    },
    async step(work) {
      pass();
      const result = await work();
      pass();
      return result;
    },
  };
};
