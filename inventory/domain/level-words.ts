import type { Cluster, CounterChange, LevelExplanation, OrderFigures, SingleFacts } from "./explain-level.ts";
import type { LedgerDifference } from "./ledger.ts";

/** What a link of the chain is, for front ends that have words of their own. */
export const causeCodes = [
  "opened",
  "received",
  "returned",
  "corrected",
  "confirmed",
  "adjusted",
  "deleted",
  "repaired",
  "order-held",
  "order-released",
  "order-expired",
  "order-sold",
  "order-returned",
  "orders",
  "earlier",
] as const;
export type CauseCode = (typeof causeCodes)[number];

const singleCode = ({ kind }: SingleFacts, { fromVersion, onHandDelta, figures }: Cluster): CauseCode => {
  switch (kind) {
    case "receipt":
      return fromVersion === 1 ? "opened" : "received";
    case "return":
      return figures.orders > 0 ? "order-returned" : "returned";
    case "correction":
      return onHandDelta === 0 ? "confirmed" : "corrected";
    case "adjustment":
      return "adjusted";
    case "deletion":
      return "deleted";
    case "repair":
      return "repaired";
    case "reservation":
      return "order-held";
    case "release":
      return "order-released";
    case "expiry":
      return "order-expired";
    case "fulfilment":
      return "order-sold";
    default:
      return kind satisfies never;
  }
};

export const causeCodeOf = (cluster: Cluster): CauseCode => {
  if (cluster.isRest) return "earlier";
  return cluster.single === null ? "orders" : singleCode(cluster.single, cluster);
};

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const unitsOf = (count: number): string => counted(count, "unit", "units");
const ordersOf = (count: number): string => counted(count, "order", "orders");

/** What orders did, the parts that are not nothing. */
const orderWords = ({ held, released, expired, sold, returned }: OrderFigures): string =>
  [
    [held, "held"],
    [sold, "sold"],
    [released, "given back"],
    [expired, "held until the time was over"],
    [returned, "returned"],
  ]
    .flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
    .join(", ");

const signed = (delta: number): string => (delta < 0 ? `−${-delta}` : `+${delta}`);

/** Reason and note, as whoever booked it gave them. */
const givenWords = ({ reason, note }: SingleFacts): string => {
  const given = [reason, note].filter((part) => part !== null && part !== "");
  return given.length === 0 ? "" : ` (${given.join(": ")})`;
};

const byHandWords = (code: CauseCode, { before, delta, after }: CounterChange): string => {
  switch (code) {
    case "opened":
      return `The level was begun with ${unitsOf(after)}`;
    case "received":
      return `${unitsOf(delta)} came in`;
    case "returned":
      return `${unitsOf(delta)} came back`;
    case "corrected":
      return `Corrected from ${before} to ${after}`;
    case "confirmed":
      return `Set to the ${after} that were there`;
    case "adjusted":
      return `Adjusted by ${signed(delta)}`;
    case "deleted":
      return `The level was deleted with ${unitsOf(before)} on hand`;
    default:
      return "Counters were repaired";
  }
};

/** A link of the chain in one sentence. */
export const causeWords = (code: CauseCode, cluster: Cluster, onHand: CounterChange): string => {
  const { figures, single, movements } = cluster;
  switch (code) {
    case "earlier":
      return `Before that, ${counted(movements, "movement", "movements")} came to ${onHand.after} on hand.`;
    case "orders":
      return `${ordersOf(figures.orders)}: ${orderWords(figures)}.`;
    case "order-held":
      return `${unitsOf(figures.held)} held for an order.`;
    case "order-released":
      return `${unitsOf(figures.released)} given back by an order.`;
    case "order-expired":
      return `${unitsOf(figures.expired)} given back: the time of an order's hold was over.`;
    case "order-sold":
      return `${unitsOf(figures.sold)} left with an order.`;
    case "order-returned":
      return `${unitsOf(figures.returned)} came back from an order.`;
    default:
      return `${byHandWords(code, onHand)}${single === null ? "" : givenWords(single)}.`;
  }
};

export interface LevelFigures {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly orders: number;
}

/** How a level stands, in one sentence. */
export const levelWords = (
  code: LevelExplanation["code"],
  { sku, onHand, reserved, available, orders }: LevelFigures,
): string => {
  if (code === "deleted") return `${sku} has no stock level any more: it was deleted, its ledger stays.`;
  const held = reserved === 0 ? "none reserved" : `${reserved} reserved for ${ordersOf(orders)}`;
  return `${sku} is at ${available}: ${onHand} on hand, ${held}.`;
};

/** Whether the chain comes to the level. */
export const sumWords = (
  { movements, onHand, reserved }: { movements: number; onHand: number; reserved: number },
  differences: number,
): string => {
  const sum = `From 0, ${counted(movements, "movement", "movements")} come to ${onHand} on hand and ${reserved} reserved`;
  return differences === 0
    ? `${sum}: that is the level.`
    : `${sum}. The ledger does not add up, so this explanation is not whole: \`bun run stock:verify\` says where.`;
};

/** One thing that does not add up. */
export const differenceWords = ({ what, expected, found }: LedgerDifference): string =>
  `${what}: ${found} instead of ${expected}.`;
