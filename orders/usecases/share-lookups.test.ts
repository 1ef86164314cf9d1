import { expect, test } from "bun:test";
import type { ProductSnapshot } from "../../shared/contracts/events.ts";
import { shareLookups } from "./share-lookups.ts";

const keys = (...skus: string[]) => ({ skus, ids: [] });

/** A catalog whose answers are given by the test. */
const open = () => {
  const asked: { skus: readonly string[]; answer: PromiseWithResolvers<ProductSnapshot[]> }[] = [];
  const catalog = shareLookups({
    lookup({ skus }) {
      const answer = Promise.withResolvers<ProductSnapshot[]>();
      asked.push({ skus, answer });
      return answer.promise;
    },
  });
  return { asked, catalog };
};

test("a hundred lookups of one product at the same moment are one, and all get its answer", async () => {
  const { asked, catalog } = open();
  const lookups = Array.from({ length: 100 }, () => catalog.lookup(keys("MUG")));
  const other = catalog.lookup(keys("CUP"));
  expect(asked.map(({ skus }) => skus)).toEqual([["MUG"], ["CUP"]]);
  for (const { answer } of asked) answer.resolve([]);
  const answers: unknown[] = await Promise.all([...lookups, other]);
  expect(answers).toEqual(Array(101).fill([]));
});

test("a failure is everybody's who waited, and the next one asks anew", async () => {
  const { asked, catalog } = open();
  const lookups = [catalog.lookup(keys("MUG")), catalog.lookup(keys("MUG"))];
  asked[0]?.answer.reject(new Error("away"));
  const outcomes = await Promise.allSettled(lookups);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const again = catalog.lookup(keys("MUG"));
  asked[1]?.answer.resolve([]);
  expect(await again).toEqual([]);
});
