import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { createCategory } from "../usecases/create-category.ts";
import { deleteCategory } from "../usecases/delete-category.ts";
import { listCategories } from "../usecases/list-categories.ts";
import type { CategoryReader, CategoryWriter } from "../usecases/ports.ts";
import { updateCategory } from "../usecases/update-category.ts";
import { CATEGORY_LEVELS_MAX, type Category, growTree } from "./category.ts";
import { arranged, freePosition, numbered, UNPLACED } from "./category-order.ts";

const at = new Date(0);
const category = (id: string, position: number, parentId: string | null = null): Category => {
  return { id, name: id, slug: id, parentId, position, version: 1, createdAt: at, updatedAt: at };
};
const positions = (all: readonly Category[]) =>
  Object.fromEntries(all.map(({ id, position }) => [id, position]));

/** The tables as they would be, without a database. */
const categoriesInMemory = (products: Map<string, number>): CategoryReader & CategoryWriter => {
  let all: Category[] = [];
  let version = 0;
  const oneOf = (id: string): Category => {
    const found = all.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no category ${id}`);
    return found;
  };
  return {
    tree: async () => growTree(all, version),
    countProducts: async () => products,
    async insert(make) {
      const made = make(all);
      all = arranged(all, made);
      version += 1;
      return made;
    },
    async change(id, decide) {
      const after = decide(oneOf(id), all);
      all = arranged(all, after);
      return after;
    },
    async delete(id, check) {
      check(oneOf(id), all, products.get(id) ?? 0);
      all = numbered(all.filter((one) => one.id !== id));
    },
  };
};

/** The same forest as plain lists of children, by the most naive rules there are. */
class Model {
  readonly children = new Map<string | null, string[]>([[null, []]]);

  of(parent: string | null): string[] {
    return this.children.get(parent) ?? [];
  }
  parentOf(id: string): string | null {
    for (const [parent, list] of this.children) if (list.includes(id)) return parent;
    return null;
  }
  below(root: string): string[] {
    return this.of(root).flatMap((child) => [child, ...this.below(child)]);
  }
  level(id: string | null): number {
    return id === null ? -1 : 1 + this.level(this.parentOf(id));
  }
  height(id: string): number {
    return Math.max(0, ...this.of(id).map((child) => 1 + this.height(child)));
  }
  put(id: string, parent: string | null, position: number | null): void {
    const list = this.of(parent);
    list.splice(position ?? list.length, 0, id);
    if (!this.children.has(id)) this.children.set(id, []);
  }
  take(id: string): void {
    const list = this.of(this.parentOf(id));
    list.splice(list.indexOf(id), 1);
  }
  /** Depth first, with positions and with the products in each and below. */
  told(products: ReadonlyMap<string, number>, parent: string | null = null): unknown[] {
    return this.of(parent).flatMap((id, position) => [
      {
        id,
        parentId: parent,
        position,
        level: this.level(id),
        productCount: [id, ...this.below(id)].reduce((sum, one) => sum + (products.get(one) ?? 0), 0),
      },
      ...this.told(products, id),
    ]);
  }
}

const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("create" as const), parent: fc.nat(), position: wanted() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      which: fc.nat(),
      parent: fc.nat(),
      position: wanted(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("reorder" as const), which: fc.nat(), position: fc.nat(9) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), which: fc.nat() }) },
);
type Command = typeof command extends fc.Arbitrary<infer One> ? One : never;

/** Null now and then: no wish. */
function wanted() {
  return fc.option(fc.nat(9), { nil: null, freq: 3 });
}

const refused = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );

/** The use cases over tables in memory, beside a model; each command goes to both. */
const garden = () => {
  const products = new Map<string, number>();
  const categories = categoriesInMemory(products);
  const clock = fakeClock();
  let made = 0;
  const newId = () => `c${made++}`;
  const create = createCategory({ categories, clock, newId });
  const update = updateCategory({ categories, clock });
  const remove = deleteCategory({ categories });
  const model = new Model();
  const ids = () => [...model.children.keys()].filter((id) => id !== null);
  const anyOf = (nth: number) => ids()[nth % Math.max(1, ids().length)] ?? null;
  const parentOf = (nth: number) => [null, ...ids()][nth % (ids().length + 1)] ?? null;

  const move = async (id: string, parentId: string | null, position: number | null) => {
    const fits = (parent: string | null) => model.level(parent) + 1 + model.height(id) < CATEGORY_LEVELS_MAX;
    const allowed = parentId !== id && !model.below(id).includes(parentId ?? "") && fits(parentId);
    const stays = model.parentOf(id) === parentId ? model.of(parentId).indexOf(id) : null;
    const changes = { parentId, ...(position === null ? {} : { position }) };
    expect(await refused(update({ id, changes, expectedVersion: null }))).toBe(!allowed);
    if (!allowed) return;
    model.take(id);
    model.put(id, parentId, position ?? stays);
  };

  const run = async (one: Command) => {
    if (one.kind === "create") {
      const parentId = parentOf(one.parent);
      const { id } = await create({ name: "Same", parentId, position: one.position });
      products.set(id, one.parent % 3);
      return model.put(id, parentId, one.position);
    }
    const id = anyOf(one.which);
    if (id === null) return;
    if (one.kind === "move") return move(id, parentOf(one.parent), one.position);
    if (one.kind === "reorder") return move(id, model.parentOf(id), one.position);
    const empty = model.of(id).length === 0 && (products.get(id) ?? 0) === 0;
    expect(await refused(remove({ id, expectedVersion: null }))).toBe(!empty);
    if (!empty) return;
    model.take(id);
    model.children.delete(id);
  };

  return { run, model, products, list: listCategories({ categories }) };
};

describe("the order of siblings", () => {
  test("after any creations, moves, new orders and deletions the tree is what plain lists would be", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
        const { run, model, products, list } = garden();
        for (const one of commands) {
          await run(one);
          const told = (await list()).map(
            ({ category: { id, parentId, position, level }, productCount }) => ({
              ...{ id, parentId, position, level },
              productCount,
            }),
          );
          expect(told).toEqual(model.told(products) as typeof told);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("gaps, equals and unnumbered ones are read as 0, 1, 2 …", () => {
    const all = [category("c", UNPLACED), category("a", 4), category("d", UNPLACED), category("b", 4)];
    expect(positions(numbered(all))).toEqual({ a: 0, b: 1, c: 2, d: 3 });
  });

  test("one that is placed makes the others move aside, in both lists", () => {
    const all = [category("a", 0), category("b", 1), category("c", 2), category("x", 0, "c")];
    expect(positions(arranged(all, category("a", 1, "c")))).toEqual({ b: 0, c: 1, x: 0, a: 1 });
    expect(positions(arranged(all, category("c", 0)))).toEqual({ c: 0, a: 1, b: 2, x: 0 });
  });

  test("a position beyond the last is the last, and so is none", () => {
    const all = [category("a", 0), category("b", 1)];
    const [inside, outside] = [
      { id: "a", parentId: null },
      { id: "n", parentId: null },
    ];
    expect([freePosition(all, inside, 9), freePosition(all, outside, 9)]).toEqual([1, 2]);
    expect([freePosition(all, outside, null), freePosition(all, outside, 0)]).toEqual([2, 0]);
  });
});
