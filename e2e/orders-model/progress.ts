import { step } from "../stock-model/model.ts";
import {
  type Ask,
  type Fault,
  linesOf,
  type Order,
  type OrderName,
  orderNames,
  type Task,
  type World,
  withOrder,
} from "./world.ts";

// How an order gets on: its task is asked for, and the answer leads to the next one or to rest.

/** Asks of a payment without an answer before the order is given up. */
const PAYMENT_ATTEMPTS = 3;

/** The nth ask to inventory goes wrong, counted from 0. */
export interface Trouble {
  readonly nth: number;
  readonly fault: Fault;
}

const deliver = (world: World, order: OrderName, ask: Ask): { world: World; answer: string } => {
  const operation =
    ask.kind === "reserve"
      ? {
          kind: ask.kind,
          order,
          lines: linesOf(ask.units),
          forever: ask.forever,
          revision: ask.revision,
        }
      : { kind: ask.kind, order };
  const { answer, stock } = step(world.stock, operation);
  return { world: { ...world, stock }, answer };
};

/** Whatever was on its way arrives; nobody waits for the answers. */
export const deliverLate = (world: World): World =>
  world.late.reduce<World>((next, { order, ask }) => deliver(next, order, ask).world, { ...world, late: [] });

const askOf = (world: World, { units, payment }: Order, task: Task): Ask | null => {
  const revision = world.asks + 1;
  switch (task.ask) {
    case "reserve":
      return { kind: "reserve", units, forever: payment === "manual", revision };
    case "secure":
      return { kind: "reserve", units, forever: true, revision };
    case "change":
      return { kind: "reserve", units: task.units, forever: true, revision };
    case "pay":
      return null;
    case "release":
    case "fulfil":
    case "return":
      return { kind: task.ask };
    default:
      return task satisfies never;
  }
};

const rest = (order: Order, changes: Partial<Order> = {}): Order => ({
  ...order,
  ...changes,
  task: null,
  attempts: 0,
});
export const begin = (order: Order, task: Task, changes: Partial<Order> = {}): Order => ({
  ...order,
  ...changes,
  task,
  attempts: 0,
});

const reject = (order: Order): Order => begin(order, { ask: "release" }, { status: "rejected" });

const whenReserved = (order: Order, answer: string): Order => {
  if (answer.startsWith("200"))
    return order.payment === "manual" ? rest(order, { status: "confirmed" }) : begin(order, { ask: "pay" });
  return order.attempts === 1 ? rest(order, { status: "rejected" }) : reject(order);
};

/** The order after inventory has answered about its task. */
const answered = (order: Order, task: Task, answer: string): Order => {
  const done = answer.startsWith("200");
  switch (task.ask) {
    case "reserve":
      return whenReserved(order, answer);
    case "secure":
      return done ? rest(order, { status: "confirmed" }) : reject(order);
    case "change":
      return rest(order, done ? { units: task.units } : {});
    case "release":
    case "fulfil":
    case "return":
      return done ? rest(order) : order;
    default:
      return order;
  }
};

const paid = (order: Order): { order: Order; waits: boolean } => {
  if (order.payment === "approve") return { order: begin(order, { ask: "secure" }), waits: false };
  const over = order.payment === "decline" || order.attempts >= PAYMENT_ATTEMPTS;
  return over ? { order: reject(order), waits: false } : { order, waits: true };
};

export interface Asked {
  readonly world: World;
  /** True when nothing came back, so that somebody has to ask again. */
  readonly waits: boolean;
  /** What inventory said; null where it did not. */
  readonly answer: string | null;
}

/** Asks once for what the order's task needs. */
export const askOnce = (before: World, name: OrderName, fault: Fault | null): Asked => {
  const found = before.orders[name];
  const task = found?.task;
  if (found === undefined || task == null) return { world: before, waits: true, answer: null };
  const order: Order = { ...found, attempts: found.attempts + 1 };
  const ask = askOf(before, order, task);
  const world = withOrder({ ...before, asks: before.asks + 1 }, name, order);
  if (ask === null) {
    const { order: after, waits } = paid(order);
    return { world: withOrder(world, name, after), waits, answer: null };
  }
  if (fault === "before") return { world, waits: true, answer: null };
  if (fault === "late")
    return { world: { ...world, late: [...world.late, { order: name, ask }] }, waits: true, answer: null };
  const delivered = deliver(world, name, ask);
  if (fault === "after") return { world: delivered.world, waits: true, answer: null };
  const { answer } = delivered;
  return { world: withOrder(delivered.world, name, answered(order, task, answer)), waits: false, answer };
};

const isOpen = (world: World, name: OrderName): boolean => world.orders[name]?.task != null;
const asksInventory = (world: World, name: OrderName): boolean => world.orders[name]?.task?.ask !== "pay";

/** What a request does: it asks until the order rests or nothing comes back. Answers what inventory said first. */
export const advance = (world: World, name: OrderName, trouble: Trouble | null): Asked => {
  let current: Asked = { world, waits: false, answer: null };
  let first: string | null = null;
  for (let asks = 0; !current.waits && isOpen(current.world, name); ) {
    const toInventory = asksInventory(current.world, name);
    const fault = toInventory && trouble?.nth === asks ? trouble.fault : null;
    if (toInventory) asks += 1;
    current = askOnce(current.world, name, fault);
    first ??= current.answer;
  }
  return { ...current, answer: first };
};

/** Every world in which all orders rest, when those that are open are asked for in any order that there may be. */
export const settledWorlds = (world: World): World[] => {
  const ends = new Map<string, World>();
  const seen = new Set<string>();
  const visit = (at: World): void => {
    const key = JSON.stringify([at.orders, at.stock.holds, at.stock.onHand]);
    if (seen.has(key)) return;
    seen.add(key);
    const open = orderNames.filter((name) => isOpen(at, name));
    if (open.length === 0) ends.set(key, at);
    for (const name of open) visit(askOnce(at, name, null).world);
  };
  visit(world);
  return [...ends.values()];
};
