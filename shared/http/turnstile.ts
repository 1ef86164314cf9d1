import type { KioskError } from "../kernel/errors.ts";

/** Lets so many in at once; the others fail with what `refusal` gives. */
export const turnstile = (max: number, refusal: () => KioskError) => {
  let inside = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (inside >= max) throw refusal();
    inside += 1;
    try {
      return await work();
    } finally {
      inside -= 1;
    }
  };
};
