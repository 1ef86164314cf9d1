import { step as stockStep } from "../stock-model/model.ts";
import type { Sku } from "../stock-model/stock.ts";
import { advance, begin, deliverLate, type Trouble } from "./progress.ts";
import {
  type Buyer,
  type Order,
  type OrderName,
  orderNames,
  orderText,
  type Payment,
  type Person,
  type Status,
  sortedUnits,
  type Units,
  type World,
  withOrder,
} from "./world.ts";

// What people and chance do to a shop, and what the answer is.

export type Operation =
  | {
      readonly kind: "place";
      readonly buyer: Buyer;
      readonly units: Units;
      readonly payment: Payment;
      /** The `Idempotency-Key`; null for none. */
      readonly key: string | null;
      readonly trouble: Trouble | null;
    }
  | {
      readonly kind: "move";
      readonly order: OrderName;
      readonly to: "packed" | "shipped" | "delivered" | "returned" | "cancelled";
      readonly by: Person;
      readonly trouble: Trouble | null;
    }
  | {
      readonly kind: "change-line";
      readonly order: OrderName;
      readonly sku: Sku;
      readonly quantity: number;
      readonly by: Person;
      readonly trouble: Trouble | null;
    }
  | { readonly kind: "archive"; readonly order: OrderName }
  | { readonly kind: "set-stock"; readonly sku: Sku; readonly onHand: number }
  /** What holds an end passes it, and inventory gives its units back. */
  | { readonly kind: "expire"; readonly order: OrderName }
  | { readonly kind: "deliver-late" };

export interface Step {
  readonly answer: string;
  readonly world: World;
}

const refused = (world: World, answer: string): Step => ({ answer, world });
const NOT_FOUND = "404 NOT_FOUND";
const CONFLICT = "409 CONFLICT";
const AGAIN = "409 CONFLICT, again later";

/** The name that the next order of this run gets; undefined when it has had all of them. */
export const nextName = ({ orders }: World): OrderName | undefined =>
  orderNames.find((name) => orders[name] === undefined);

const placedText = (order: Order, answer: string | null): string => {
  if (order.status === "pending") return `202 ${orderText(order)}`;
  if (order.status === "confirmed") return `201 ${orderText(order)}`;
  return answer?.startsWith("409 OUT_OF_STOCK") ? "409 OUT_OF_STOCK" : CONFLICT;
};

const placeNew = (world: World, { buyer, payment, trouble, ...asked }: PlaceOperation): Step => {
  const name = nextName(world);
  if (name === undefined) return refused(world, "no more names");
  const draft = { buyer, payment, units: sortedUnits(asked.units), archived: false, attempts: 0 };
  const order: Order = { ...draft, status: "pending", task: { ask: "reserve" } };
  const { world: after, answer } = advance(withOrder(world, name, order), name, trouble);
  return { answer: placedText(after.orders[name] ?? order, answer), world: after };
};

type PlaceOperation = Extract<Operation, { kind: "place" }>;

const place = (world: World, operation: PlaceOperation): Step => {
  const { buyer, key, units, payment } = operation;
  if (key === null) return placeNew(world, operation);
  const scope = `${buyer} ${key}`;
  const asked = JSON.stringify([sortedUnits(units), payment]);
  const kept = world.kept[scope];
  if (kept === undefined) {
    const { answer, world: after } = placeNew(world, operation);
    return { answer, world: { ...after, kept: { ...after.kept, [scope]: { asked, answer } } } };
  }
  return refused(world, kept.asked === asked ? `${kept.answer} replayed` : "422 IDEMPOTENCY_MISMATCH");
};

type MoveOperation = Extract<Operation, { kind: "move" }>;

const byStaff: Readonly<Partial<Record<Status, readonly Status[]>>> = {
  pending: ["cancelled"],
  confirmed: ["packed", "cancelled"],
  packed: ["shipped", "cancelled"],
  shipped: ["delivered", "returned"],
  delivered: ["returned"],
};
const byOwner: readonly Status[] = ["pending", "confirmed"];

const mayMove = ({ status }: Order, { to, by }: MoveOperation): boolean =>
  by === "staff" ? byStaff[status]?.includes(to) === true : to === "cancelled" && byOwner.includes(status);

const taskOf: Readonly<Record<MoveOperation["to"], "fulfil" | "return" | "release" | null>> = {
  packed: null,
  shipped: "fulfil",
  delivered: null,
  returned: "return",
  cancelled: "release",
};
/** An order goes there only when nothing is left to be done about it. */
const needsRest: readonly Status[] = ["packed", "shipped", "returned"];

const seenBy = (order: Order | undefined, by: Person): Order | undefined =>
  by === "staff" || order?.buyer === by ? order : undefined;

const move = (world: World, operation: MoveOperation): Step => {
  const { order: name, to, by, trouble } = operation;
  if (by !== "staff" && to !== "cancelled") return refused(world, "403 FORBIDDEN");
  const order = seenBy(world.orders[name], by);
  if (order === undefined) return refused(world, NOT_FOUND);
  if (order.archived) return refused(world, CONFLICT);
  if (order.status === to) return refused(world, `200 ${orderText(order)}`);
  if (!mayMove(order, operation)) return refused(world, CONFLICT);
  if (needsRest.includes(to) && order.task !== null) return refused(world, AGAIN);
  const task = taskOf[to];
  const moved: Order = task === null ? { ...order, status: to } : begin(order, { ask: task }, { status: to });
  const next = withOrder(world, name, moved);
  const after = task === null ? next : advance(next, name, trouble).world;
  return { answer: `200 ${orderText(moved)}`, world: after };
};

type ChangeOperation = Extract<Operation, { kind: "change-line" }>;

const totalOf = (units: Units): number =>
  Object.values(units).reduce((sum, quantity) => sum + (quantity ?? 0), 0);

/** Why the line cannot be changed; null where it may be. */
const changeRefusal = (order: Order, units: Units): string | null => {
  if (order.status === "pending") return AGAIN;
  if (order.status !== "confirmed") return CONFLICT;
  if (order.task !== null) return AGAIN;
  if (totalOf(units) === 0) return CONFLICT;
  return order.payment !== "manual" && totalOf(units) > totalOf(order.units) ? CONFLICT : null;
};

const changeLine = (world: World, operation: ChangeOperation): Step => {
  const { order: name, sku, quantity, by, trouble } = operation;
  const order = seenBy(world.orders[name], by);
  if (order === undefined) return refused(world, NOT_FOUND);
  if (order.archived) return refused(world, CONFLICT);
  if (order.units[sku] === undefined) return refused(world, NOT_FOUND);
  const { [sku]: _line, ...others } = order.units;
  const units = sortedUnits(quantity === 0 ? others : { ...others, [sku]: quantity });
  const refusal = changeRefusal(order, units);
  if (refusal !== null) return refused(world, refusal);
  if (order.units[sku] === quantity) return refused(world, `200 ${orderText(order)}`);
  const next = withOrder(world, name, begin(order, { ask: "change", units }));
  const { world: after, waits, answer } = advance(next, name, trouble);
  if (waits) return { answer: `202 ${orderText(order)}`, world: after };
  const done = answer?.startsWith("200") === true;
  return { answer: done ? `200 ${orderText({ ...order, units })}` : "409 OUT_OF_STOCK", world: after };
};

const archivable: readonly Status[] = ["rejected", "cancelled", "delivered", "returned"];

const archive = (world: World, name: OrderName): Step => {
  const order = world.orders[name];
  if (order === undefined) return refused(world, NOT_FOUND);
  if (order.archived) return refused(world, "204");
  if (!archivable.includes(order.status) || order.task !== null) return refused(world, CONFLICT);
  return { answer: "204", world: withOrder(world, name, { ...order, archived: true }) };
};

const setStock = (world: World, sku: Sku, onHand: number): Step => {
  const { answer, stock } = stockStep(world.stock, { kind: "set", sku, onHand });
  return { answer: answer.slice(0, 3), world: { ...world, stock } };
};

const expire = (world: World, order: OrderName): Step => {
  const due = stockStep(world.stock, { kind: "fall-due", order }).stock;
  return { answer: "done", world: { ...world, stock: stockStep(due, { kind: "sweep" }).stock } };
};

/** What an operation answers, and the world after it. */
export const perform = (world: World, operation: Operation): Step => {
  switch (operation.kind) {
    case "place":
      return place(world, operation);
    case "move":
      return move(world, operation);
    case "change-line":
      return changeLine(world, operation);
    case "archive":
      return archive(world, operation.order);
    case "set-stock":
      return setStock(world, operation.sku, operation.onHand);
    case "expire":
      return expire(world, operation.order);
    case "deliver-late":
      return { answer: "done", world: deliverLate(world) };
    default:
      return operation satisfies never;
  }
};
