// What order lines in the format of UCI's Online Retail say about the products that were sold. The replay and the import of
// products go by the same rules.

/** Codes of postage, fees, discounts and manual entries in this format: nothing that lies on a shelf. */
const NOT_PRODUCTS = new Set([
  "POST",
  "DOT",
  "M",
  "D",
  "C2",
  "S",
  "B",
  "PADS",
  "CRUK",
  "AMAZONFEE",
  "BANK CHARGES",
  "ADJUST",
  "TEST001",
  "TEST002",
]);

/** False for codes of postage, fees and the like. The code in capitals. */
export const isProductCode = (code: string): boolean => !NOT_PRODUCTS.has(code);

/** Why a line was corrected, and not taken as it stands. */
export const orderLineReasons = {
  capitals: "stock code written in capitals",
  name: "name: the product's most frequent one",
  price: "price: the product's most frequent one",
} as const;

/** The value that was counted most often; of several the one that came first. */
export const mostFrequent = <Value>(
  counted: Iterable<readonly [value: Value, count: number]>,
): Value | undefined => {
  const counts = new Map<Value, number>();
  for (const [value, count] of counted) counts.set(value, (counts.get(value) ?? 0) + count);
  let best: Value | undefined;
  for (const [value, count] of counts)
    if (best === undefined || count > (counts.get(best) ?? 0)) best = value;
  return best;
};

/** One line, as far as it is about the product. */
export interface SoldLine {
  /** In the file, from 1. */
  readonly line: number;
  readonly code: string;
  readonly name: string;
  readonly priceMinor: number;
}

/** What the lines of one code say. */
export interface SoldProduct {
  /** The code in capitals. */
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  /** Where it stands first. */
  readonly line: number;
  readonly lines: number;
  /** Lines that say something else, each counted once, and why, counted by reason. */
  readonly corrected: number;
  readonly reasons: ReadonlyMap<string, number>;
}

/** Lines of one code that say the very same. */
interface Saying {
  readonly name: string;
  readonly priceMinor: number;
  readonly inCapitals: boolean;
  count: number;
}

const productOf = (sku: string, line: number, sayings: readonly Saying[]): SoldProduct => {
  const name = mostFrequent(sayings.map((each) => [each.name, each.count] as const)) ?? "";
  const priceMinor = mostFrequent(sayings.map((each) => [each.priceMinor, each.count] as const)) ?? 0;
  const reasons = new Map<string, number>();
  let [lines, corrected] = [0, 0];
  for (const saying of sayings) {
    const why = [
      ...(saying.inCapitals ? [] : [orderLineReasons.capitals]),
      ...(saying.name === name ? [] : [orderLineReasons.name]),
      ...(saying.priceMinor === priceMinor ? [] : [orderLineReasons.price]),
    ];
    for (const reason of why) reasons.set(reason, (reasons.get(reason) ?? 0) + saying.count);
    lines += saying.count;
    if (why.length > 0) corrected += saying.count;
  }
  return { sku, name, priceMinor, line, lines, corrected, reasons };
};

/** Gathers what order lines say of products. It keeps what differs, not the lines: memory grows with the products. */
export interface OrderLineTally {
  add(line: SoldLine): void;
  /** One product a code, in the order of their SKUs. */
  products(): SoldProduct[];
}

export const createOrderLineTally = (): OrderLineTally => {
  const bySku = new Map<string, { readonly line: number; readonly sayings: Map<string, Saying> }>();
  return {
    add({ line, code, name, priceMinor }) {
      const sku = code.toUpperCase();
      const inCapitals = code === sku;
      const known = bySku.get(sku) ?? { line, sayings: new Map<string, Saying>() };
      bySku.set(sku, known);
      const key = JSON.stringify([name, priceMinor, inCapitals]);
      const saying = known.sayings.get(key);
      if (saying === undefined) known.sayings.set(key, { name, priceMinor, inCapitals, count: 1 });
      else saying.count += 1;
    },
    products: () =>
      [...bySku]
        .map(([sku, { line, sayings }]) => productOf(sku, line, [...sayings.values()]))
        .sort((a, b) => (a.sku < b.sku ? -1 : 1)),
  };
};
