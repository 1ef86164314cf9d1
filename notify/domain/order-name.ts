import { isUuid } from "../../shared/kernel/ids.ts";
import { latinDigits } from "./latin-digits.ts";

const NUMBER = /^#?((?:k-)?[0-9]{1,15})$/i;

/** What orders takes for the name of an order, its id or its number, of what people write: `41`, `#41`, `k-41`, `٤١`. Null for what is none. */
export const orderNameIn = (words: string): string | null =>
  isUuid(words) ? words : (NUMBER.exec(latinDigits(words))?.[1] ?? null);
