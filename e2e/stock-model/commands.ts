import { expect } from "bun:test";
import fc from "fast-check";
import { type Operation, step } from "./model.ts";
import { describeStock, type Line, type Stock } from "./stock.ts";
import type { StockRun } from "./stock-room.ts";

/** The model while a run goes on. */
export interface Expected {
  stock: Stock;
}

type StockCommand = fc.AsyncCommand<Expected, StockRun>;

/** One operation: the service answers what the model answers. */
class One implements StockCommand {
  constructor(readonly operation: Operation) {}
  check = () => true;
  async run(expected: Expected, run: StockRun): Promise<void> {
    const { answer, stock } = step(expected.stock, this.operation);
    expect(await run.perform(this.operation)).toBe(answer);
    expected.stock = stock;
  }
  toString = () => JSON.stringify(this.operation);
}

const permutations = <Item>(items: readonly Item[]): Item[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

/** What the operations answer, each in its place, and the stock after them, when they are done in this order. */
const inOrder = (stock: Stock, operations: readonly Operation[], order: readonly number[]) => {
  const answers: string[] = [];
  let after = stock;
  for (const i of order) {
    const operation = operations[i];
    if (operation === undefined) continue;
    const done = step(after, operation);
    answers[i] = done.answer;
    after = done.stock;
  }
  // A sweep passes over what others are just at: the next one ends it.
  return { answers, stock: step(after, { kind: "sweep" }).stock };
};

/** Several operations at once: answers and stock are those of one order in which they may have come. */
class AtOnce implements StockCommand {
  constructor(readonly operations: readonly Operation[]) {}
  check = () => true;
  async run(expected: Expected, run: StockRun): Promise<void> {
    const answers = await Promise.all(this.operations.map((operation) => run.perform(operation)));
    await run.perform({ kind: "sweep" });
    const found = await run.describe();
    const orders = permutations(this.operations.map((_, i) => i));
    const possible = orders.map((order) => inOrder(expected.stock, this.operations, order));
    const same = possible.find(
      (each) => Bun.deepEquals(each.answers, answers) && Bun.deepEquals(describeStock(each.stock), found),
    );
    if (same === undefined) {
      const allowed = possible.map((each) => ({ answers: each.answers, stock: describeStock(each.stock) }));
      expect([{ answers, stock: found }]).toEqual(allowed);
    }
    expected.stock = same?.stock ?? expected.stock;
  }
  toString = () => `at once ${JSON.stringify(this.operations)}`;
}

const sku = fc.constantFrom("A", "B", "C", "D");
const order = fc.constantFrom("o1", "o2", "o3", "o4", "o5");
/** Few different lines, so that the same ones come again. E is never in stock. */
const line: fc.Arbitrary<Line> = fc.record({
  sku: fc.constantFrom("A", "A", "B", "B", "C", "D", "E"),
  quantity: fc.integer({ min: 1, max: 3 }),
});
const lines = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Line[]>([{ sku: "A", quantity: 2 }]) },
  {
    weight: 2,
    arbitrary: fc.constant<Line[]>([
      { sku: "B", quantity: 1 },
      { sku: "A", quantity: 1 },
    ]),
  },
  { weight: 4, arbitrary: fc.array(line, { minLength: 1, maxLength: 4 }) },
);
const setLevel = fc.record({ kind: fc.constant("set"), sku, onHand: fc.nat(12) });
const adjust = fc.record({
  kind: fc.constant("adjust"),
  sku,
  delta: fc.integer({ min: -4, max: 6 }),
  key: fc.constantFrom(null, "k1", "k2"),
});
const reserve = fc.record({
  kind: fc.constant("reserve"),
  order,
  lines,
  forever: fc.boolean(),
  revision: fc.constantFrom(null, null, 1, 2, 3, 4),
});
const end = fc.record({ kind: fc.constantFrom("release", "fulfil", "fulfil", "return"), order });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: setLevel },
  { weight: 3, arbitrary: adjust },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete"), sku }) },
  { weight: 8, arbitrary: reserve },
  { weight: 5, arbitrary: end },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fall-due"), order }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sweep") }) },
);

/** Most operations of one run. */
const COMMANDS_MAX = 16;

/** Runs of operations, one after the other and several at once. */
export const stockCommands = fc.commands<Expected, StockRun, false>(
  [
    operation.map((each) => new One(each)),
    operation.map((each) => new One(each)),
    fc.array(operation, { minLength: 2, maxLength: 3 }).map((several) => new AtOnce(several)),
  ],
  { maxCommands: COMMANDS_MAX, size: "max" },
);
