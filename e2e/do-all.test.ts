import { expect, test } from "bun:test";
import { doAll } from "./do-all.ts";

test("what comes after a step that fails is done as well, and the first failure is told", async () => {
  const done: number[] = [];
  const step = (nth: number, failure?: string) => async () => {
    done.push(nth);
    if (failure !== undefined) throw new Error(failure);
  };
  await expect(
    doAll([step(1), step(2, "the broker is away"), step(3), step(4, "so is Redis")]),
  ).rejects.toThrow("the broker is away");
  expect(done).toEqual([1, 2, 3, 4]);
  await doAll([step(5), () => done.push(6)]);
  expect(done).toEqual([1, 2, 3, 4, 5, 6]);
});
