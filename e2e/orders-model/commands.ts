import { expect } from "bun:test";
import fc from "fast-check";
import { nextName, type Operation, perform } from "./operations.ts";
import type { OrderRun } from "./order-run.ts";
import { settledWorlds, type Trouble } from "./progress.ts";
import { describeWorld, type Units, type World } from "./world.ts";

/** The model while a run goes on. */
export interface Expected {
  world: World;
}

type OrderCommand = fc.AsyncCommand<Expected, OrderRun>;

/** One operation: the shop answers what the model answers. */
class Does implements OrderCommand {
  constructor(readonly operation: Operation) {}
  check = ({ world }: Readonly<Expected>) => this.operation.kind !== "place" || nextName(world) !== undefined;
  async run(expected: Expected, run: OrderRun): Promise<void> {
    const { answer, world } = perform(expected.world, this.operation);
    expect(await run.perform(this.operation)).toBe(answer);
    expected.world = world;
  }
  toString = () => JSON.stringify(this.operation);
}

/**
 * The sweeper goes on until all orders rest. It takes them as it likes, so who gets the last units is open: what came of it
 * is one of the ways in which it may have gone.
 */
export const settle = async (expected: Expected, run: OrderRun): Promise<void> => {
  expect(await run.settle()).toBe(0);
  const found = await run.describe();
  const possible = settledWorlds(expected.world);
  const world = possible.find((each) => Bun.deepEquals(describeWorld(each), found));
  if (world === undefined) expect([found]).toEqual(possible.map(describeWorld));
  expected.world = world ?? expected.world;
};

class Settles implements OrderCommand {
  check = () => true;
  run = settle;
  toString = () => "all orders settle";
}

const order = fc.constantFrom("o1", "o1", "o2", "o2", "o3", "o4", "o5");
const sku = fc.constantFrom("A", "B", "C");
const buyer = fc.constantFrom("ann", "bob");
const person = fc.constantFrom("ann", "bob", "staff", "staff");
const quantity = fc.integer({ min: 1, max: 4 });
const units: fc.Arbitrary<Units> = fc
  .tuple(fc.uniqueArray(sku, { minLength: 1, maxLength: 3 }), quantity, quantity, quantity)
  .map(([skus, ...quantities]) => Object.fromEntries(skus.map((each, i) => [each, quantities[i] ?? 1])));

/** Half of the asks go well. */
const trouble: fc.Arbitrary<Trouble | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 2,
    arbitrary: fc.record({
      nth: fc.constantFrom(0, 0, 1),
      fault: fc.constantFrom("before", "after", "late"),
    }),
  },
);

const place = fc.record({
  kind: fc.constant("place"),
  buyer,
  units,
  payment: fc.constantFrom("manual", "manual", "manual", "approve", "approve", "decline", "hang"),
  key: fc.constantFrom(null, null, "k1", "k2"),
  trouble,
});
const move = fc.record({
  kind: fc.constant("move"),
  order,
  to: fc.constantFrom("packed", "shipped", "delivered", "returned", "cancelled"),
  by: person,
  trouble,
});
/** The way that most orders go. */
const fulfil = fc.record({
  kind: fc.constant("move"),
  order: fc.constantFrom("o1", "o2"),
  to: fc.constantFrom("packed", "shipped", "returned"),
  by: fc.constant("staff"),
  trouble,
});
const changeLine = fc.record({
  kind: fc.constant("change-line"),
  order,
  sku,
  quantity: fc.integer({ min: 0, max: 5 }),
  by: person,
  trouble,
});
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: place },
  { weight: 3, arbitrary: move },
  { weight: 4, arbitrary: fulfil },
  { weight: 5, arbitrary: changeLine },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("archive"), order }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("set-stock"), sku, onHand: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("expire"), order }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("deliver-late") }) },
);

/** Most commands of one run. */
const COMMANDS_MAX = 16;

export const orderCommands = fc.commands<Expected, OrderRun, false>(
  [
    operation.map((each) => new Does(each)),
    operation.map((each) => new Does(each)),
    operation.map((each) => new Does(each)),
    operation.map((each) => new Does(each)),
    fc.constant(new Settles()),
  ],
  { maxCommands: COMMANDS_MAX, size: "max" },
);
