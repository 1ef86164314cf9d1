/** What somebody wants to buy, in the order in which they chose it: SKUs and units, and nothing that may change meanwhile, as prices do. */
export interface CartLine {
  readonly sku: string;
  readonly quantity: number;
}
export type Cart = readonly CartLine[];

/** As many lines and units as one order takes. */
export const LINES_MAX = 100;
export const QUANTITY_MAX = 10_000;
const SKU = /^[!-~]([ -~]{0,62}[!-~])?$/;

const isLine = (value: unknown): value is CartLine => {
  if (typeof value !== "object" || value === null) return false;
  const { sku, quantity } = value as Partial<Record<keyof CartLine, unknown>>;
  const isSku = typeof sku === "string" && SKU.test(sku);
  return isSku && Number.isSafeInteger(quantity) && (quantity as number) > 0;
};

const bounded = (quantity: number): number => Math.min(QUANTITY_MAX, Math.max(0, Math.trunc(quantity)));

export const quantityOf = (cart: Cart, sku: string): number =>
  cart.find((line) => line.sku === sku)?.quantity ?? 0;

/** The cart with so many units of a product; 0 takes its line away. A line beyond `LINES_MAX` is not added. */
export const withQuantity = (cart: Cart, sku: string, wanted: number): Cart => {
  const quantity = bounded(wanted);
  if (quantity === 0) return cart.filter((line) => line.sku !== sku);
  if (cart.some((line) => line.sku === sku))
    return cart.map((line) => (line.sku === sku ? { sku, quantity } : line));
  return cart.length >= LINES_MAX ? cart : [...cart, { sku, quantity }];
};

export const withMore = (cart: Cart, sku: string, more: number): Cart =>
  withQuantity(cart, sku, quantityOf(cart, sku) + more);

/** How many units there are in all. */
export const unitsIn = (cart: Cart): number => cart.reduce((sum, { quantity }) => sum + quantity, 0);

/** What was kept, as far as it is a cart: anybody can write into a browser's storage, and older versions of the page have. */
export const parseCart = (kept: string | null): Cart => {
  try {
    const lines: unknown = JSON.parse(kept ?? "[]");
    if (!Array.isArray(lines)) return [];
    return lines.filter(isLine).reduce<Cart>((cart, { sku, quantity }) => withMore(cart, sku, quantity), []);
  } catch {
    return [];
  }
};

/** What the shop has of a product that was asked for in a greater number. */
export interface Shortage {
  readonly sku: string;
  readonly available: number;
}

/** The cart with as much of the short products as there is. */
export const withWhatIsThere = (cart: Cart, shortages: readonly Shortage[]): Cart =>
  shortages.reduce(
    (left, { sku, available }) => withQuantity(left, sku, Math.min(quantityOf(left, sku), available)),
    cart,
  );

interface Price {
  readonly amountMinor: number;
  readonly currency: string;
}

/** The sum in minor units; null where a price is not known yet or the currencies differ. */
export const totalOf = (cart: Cart, priceOf: (sku: string) => Price | undefined): Price | null => {
  const prices = cart.map(({ sku }) => priceOf(sku));
  const currency = prices[0]?.currency;
  if (currency === undefined || prices.some((price) => price?.currency !== currency)) return null;
  const amountMinor = cart.reduce(
    (sum, line, index) => sum + line.quantity * (prices[index]?.amountMinor ?? 0),
    0,
  );
  return { amountMinor, currency };
};
