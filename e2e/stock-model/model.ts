import {
  availableOf,
  entries,
  type Hold,
  type HoldStatus,
  type Line,
  levelText,
  type OrderName,
  reservedOf,
  type Sku,
  type Stock,
  unitsOf,
  unitsText,
  withHold,
  withLevel,
} from "./stock.ts";

// What stock should do, in the fewest words: an operation on a state gives an answer, as plain text, and the next state.

export type Operation =
  | { readonly kind: "set"; readonly sku: Sku; readonly onHand: number }
  /** `key`: the `Idempotency-Key`; null for none. */
  | { readonly kind: "adjust"; readonly sku: Sku; readonly delta: number; readonly key: string | null }
  | { readonly kind: "delete"; readonly sku: Sku }
  | {
      readonly kind: "reserve";
      readonly order: OrderName;
      readonly lines: readonly Line[];
      readonly forever: boolean;
      /** Null: left out. */
      readonly revision: number | null;
    }
  | { readonly kind: "release" | "fulfil" | "return"; readonly order: OrderName }
  /** The time of a hold passes. */
  | { readonly kind: "fall-due"; readonly order: OrderName }
  | { readonly kind: "sweep" };

export interface Step {
  readonly answer: string;
  readonly stock: Stock;
}

const refused = (stock: Stock, answer: string): Step => ({ answer, stock });

const set = (stock: Stock, sku: Sku, onHand: number): Step => {
  if (onHand < reservedOf(stock, sku)) return refused(stock, "409 CONFLICT");
  const next = withLevel(stock, sku, onHand);
  return { answer: `${sku in stock.onHand ? 200 : 201} ${levelText(next, sku)}`, stock: next };
};

const adjust = (stock: Stock, sku: Sku, delta: number): Step => {
  if (delta === 0) return refused(stock, "422 VALIDATION");
  const before = stock.onHand[sku];
  if (before === undefined) return refused(stock, "404 NOT_FOUND");
  if (availableOf(stock, sku) + delta < 0) return refused(stock, "409 CONFLICT");
  const next = withLevel(stock, sku, before + delta);
  return { answer: `200 ${levelText(next, sku)}`, stock: next };
};

const adjustOnce = (stock: Stock, sku: Sku, delta: number, key: string): Step => {
  const asked = `${sku} ${delta}`;
  const kept = stock.kept[key];
  // A difference of 0 is refused before anybody looks at the key.
  if (kept === undefined || delta === 0) {
    const step = adjust(stock, sku, delta);
    if (!step.answer.startsWith("200")) return step;
    const { answer } = step;
    return { answer, stock: { ...step.stock, kept: { ...stock.kept, [key]: { asked, answer } } } };
  }
  if (kept.asked !== asked) return refused(stock, "422 IDEMPOTENCY_MISMATCH");
  return { answer: `${kept.answer} replayed`, stock };
};

const remove = (stock: Stock, sku: Sku): Step => {
  if (!(sku in stock.onHand)) return refused(stock, "404 NOT_FOUND");
  if (reservedOf(stock, sku) > 0) return refused(stock, "409 CONFLICT");
  const { [sku]: _gone, ...onHand } = stock.onHand;
  return { answer: "204", stock: { ...stock, onHand } };
};

type Reserve = Extract<Operation, { kind: "reserve" }>;

const heldStep = (stock: Stock, order: OrderName, hold: Hold): Step => ({
  answer: `200 held ${unitsText(hold.units)}${hold.life === "forever" ? " for ever" : ""}`,
  stock: withHold(stock, order, hold),
});

/** What is short of these units, where this order may also have what it holds itself. */
const shortText = (stock: Stock, units: Hold["units"], own: Hold["units"]): string =>
  entries(units)
    .map(([sku, wanted]) => ({ sku, wanted, left: availableOf(stock, sku) + (own[sku] ?? 0) }))
    .filter(({ wanted, left }) => wanted > left)
    .map(({ sku, wanted, left }) => ` ${sku} wants ${wanted} of ${left}`)
    .join("");

const reserveFirst = (stock: Stock, { order, lines, forever, revision }: Reserve): Step => {
  const units = unitsOf(lines);
  const short = shortText(stock, units, {});
  if (short !== "") return refused(stock, `409 OUT_OF_STOCK${short}`);
  const life = forever ? "forever" : "timed";
  return heldStep(stock, order, { status: "held", units, life, revision: revision ?? 1 });
};

const reserveAgain = (stock: Stock, held: Hold, { order, lines, forever, ...asked }: Reserve): Step => {
  const units = unitsOf(lines);
  const revision = asked.revision ?? held.revision;
  const same = unitsText(units) === unitsText(held.units);
  if (revision < held.revision || (revision === held.revision && !same))
    return refused(stock, "409 CONFLICT held");
  const short = same ? "" : shortText(stock, units, held.units);
  if (short !== "") {
    // The lines stay, and an earlier attempt that is still on its way comes too late from now on.
    return { answer: `409 OUT_OF_STOCK${short}`, stock: withHold(stock, order, { ...held, revision }) };
  }
  const life = forever || held.life === "forever" ? "forever" : "timed";
  return heldStep(stock, order, { status: "held", units, life, revision });
};

const reserve = (stock: Stock, operation: Reserve): Step => {
  const hold = stock.holds[operation.order];
  if (hold === undefined) return reserveFirst(stock, operation);
  if (hold.status !== "held") return refused(stock, `409 CONFLICT ${hold.status}`);
  return reserveAgain(stock, hold, operation);
};

const ended = (stock: Stock, order: OrderName, hold: Hold, status: HoldStatus): Step => ({
  answer: `200 ${status}`,
  stock: withHold(stock, order, { ...hold, status }),
});

const NEVER_HELD: Hold = { status: "released", units: {}, life: "forever", revision: 1 };

const release = (stock: Stock, order: OrderName): Step => {
  const hold = stock.holds[order];
  if (hold === undefined) return ended(stock, order, NEVER_HELD, "released");
  if (hold.status === "held") return ended(stock, order, hold, "released");
  return refused(stock, hold.status === "fulfilled" ? "409 CONFLICT fulfilled" : `200 ${hold.status}`);
};

/** The level of every SKU with so many times the units of a hold added. */
const moved = (stock: Stock, { units }: Hold, times: 1 | -1): Stock =>
  entries(units).reduce(
    (next, [sku, quantity]) => withLevel(next, sku, (next.onHand[sku] ?? 0) + times * quantity),
    stock,
  );

const fulfil = (stock: Stock, order: OrderName): Step => {
  const hold = stock.holds[order];
  if (hold?.status === "fulfilled") return refused(stock, "200 fulfilled");
  if (hold?.status !== "held") return refused(stock, `409 CONFLICT ${hold?.status ?? null}`);
  return ended(moved(stock, hold, -1), order, hold, "fulfilled");
};

const comeBack = (stock: Stock, order: OrderName): Step => {
  const hold = stock.holds[order];
  if (hold?.status === "returned") return refused(stock, "200 returned");
  if (hold?.status !== "fulfilled") return refused(stock, `409 CONFLICT ${hold?.status ?? null}`);
  return ended(moved(stock, hold, 1), order, hold, "returned");
};

const fallDue = (stock: Stock, order: OrderName): Step => {
  const hold = stock.holds[order];
  const mayEnd = hold?.status === "held" && hold.life !== "forever";
  return { answer: "done", stock: mayEnd ? withHold(stock, order, { ...hold, life: "due" }) : stock };
};

const sweep = (stock: Stock): Step => ({
  answer: "done",
  stock: entries(stock.holds).reduce(
    (next, [order, hold]) =>
      hold.status === "held" && hold.life === "due"
        ? withHold(next, order, { ...hold, status: "expired" })
        : next,
    stock,
  ),
});

/** What an operation answers, and the stock after it. */
export const step = (stock: Stock, operation: Operation): Step => {
  switch (operation.kind) {
    case "set":
      return set(stock, operation.sku, operation.onHand);
    case "adjust":
      return operation.key === null
        ? adjust(stock, operation.sku, operation.delta)
        : adjustOnce(stock, operation.sku, operation.delta, operation.key);
    case "delete":
      return remove(stock, operation.sku);
    case "reserve":
      return reserve(stock, operation);
    case "release":
      return release(stock, operation.order);
    case "fulfil":
      return fulfil(stock, operation.order);
    case "return":
      return comeBack(stock, operation.order);
    case "fall-due":
      return fallDue(stock, operation.order);
    case "sweep":
      return sweep(stock);
    default:
      return operation satisfies never;
  }
};
