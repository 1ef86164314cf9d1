import { expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { CATEGORIES_MAX, type Category, growTree, TOO_MANY_CATEGORIES } from "../domain/category.ts";
import { categoryEnsuring } from "./import-categories.ts";

test("a full tree is not locked and read again for each category that a file would like to add", async () => {
  const now = new Date(0);
  const all = Array.from(
    { length: CATEGORIES_MAX },
    (_, n): Category => ({
      ...{ id: newId(), name: `Shelf ${n}`, slug: `shelf-${n}`, parentId: null, position: n },
      ...{ version: 1, createdAt: now, updatedAt: now },
    }),
  );
  let asked = 0;
  const ensure = categoryEnsuring(
    {
      clock: fakeClock(),
      newId,
      categories: {
        tree: async () => growTree(all, 1),
        insert: async (make) => {
          asked += 1;
          return make(all);
        },
      },
    },
    { dryRun: false, onNew: () => undefined },
  );
  const paths = Array.from({ length: 100 }, (_, n) => [`New ${n}`, "Below"]);
  const places = await ensure([["Shelf 7"], ...paths]);
  expect(asked).toBe(0);
  expect(paths.map((path) => places.added(path))).toEqual(
    paths.map(() => ({ problem: TOO_MANY_CATEGORIES })),
  );
  expect(places.added(["Shelf 7"])).toEqual({ id: all[7]?.id ?? "" });
});
