/** An amount in the minor units of an ISO 4217 currency: 1299 EUR is 12.99 €. Never a fraction. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

export const money = (amountMinor: number, currency: string): Money => {
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError("an amount of money is a safe integer");
  return { amountMinor: amountMinor + 0, currency }; // no negative zero
};

/** Unit price times quantity. Throws a RangeError beyond the safe integers. */
export const times = (unit: Money, quantity: number): Money =>
  money(unit.amountMinor * quantity, unit.currency);

/** Adds amounts of one currency; an empty list is zero. Throws a RangeError where currencies differ. */
export const sum = (amounts: readonly Money[], currency: string): Money => {
  let total = 0;
  for (const amount of amounts) {
    if (amount.currency !== currency) throw new RangeError(`cannot add ${amount.currency} to ${currency}`);
    total += amount.amountMinor;
  }
  return money(total, currency);
};

interface Format {
  readonly format: Intl.NumberFormat;
  /** Decimals of the currency: 2 for EUR, 0 for JPY. */
  readonly digits: number;
}

const newFormat = (locale: string, currency: string): Format => {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
};

/** Making a format costs a hundred times as much as using it. A shop has one currency and a few locales. */
const formats = new Map<string, Format>();
const FORMATS_MAX = 100;

const formatOf = (locale: string, currency: string): Format => {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  if (formats.size >= FORMATS_MAX) formats.clear();
  const made = newFormat(locale, currency);
  formats.set(key, made);
  return made;
};

/** For people: `€12.99`, by locale. The number of decimals is the currency's own. */
export const formatMoney = ({ amountMinor, currency }: Money, locale = "en"): string => {
  const { format, digits } = formatOf(locale, currency);
  return format.format(amountMinor / 10 ** digits);
};

/** How many decimals amounts of an ISO 4217 currency have. */
export const minorDigits = (currency: string): number => formatOf("en", currency).digits;
