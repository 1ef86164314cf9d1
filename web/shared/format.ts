import type { Schemas } from "../../client/index.ts";
import { type Language, useLanguage } from "./language.tsx";

/** Arabic with the digits that prices, order numbers and codes have everywhere else in the shop. */
const LOCALES: Readonly<Record<Language, string>> = { en: "en", ar: "ar-u-nu-latn" };

/** A sign such as US$ within Arabic: without its own direction it would be read as $US (UAX 9, isolates). */
const isolated = (sign: string): string => `\u2066${sign}\u2069`;

/** An amount by the rules of a language: minor units by the currency's own decimals. */
export const formatMoney = ({ amountMinor, currency }: Schemas["Money"], language: Language): string => {
  const format = new Intl.NumberFormat(LOCALES[language], { style: "currency", currency });
  const amount = amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2);
  if (language !== "ar") return format.format(amount);
  const parts = format.formatToParts(amount);
  return parts.map(({ type, value }) => (type === "currency" ? isolated(value) : value)).join("");
};

/** A moment by the reader's clock. */
export const formatMoment = (iso: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(iso),
  );

export const formatCount = (count: number, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language]).format(count);

/** The formats in the page's language. */
export const useFormat = () => {
  const { language } = useLanguage();
  return {
    money: (money: Schemas["Money"]) => formatMoney(money, language),
    moment: (iso: string) => formatMoment(iso, language),
    count: (count: number) => formatCount(count, language),
  };
};
