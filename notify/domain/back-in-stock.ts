/** Subscribers who are told of each piece that is there: most who are told do not buy, and nobody likes to come in vain. */
const SUBSCRIBERS_PER_PIECE = 5;
/** Told of one restock, at most: it is one transaction. Whoever is left is told of the next. */
const SUBSCRIBERS_AT_ONCE_MAX = 5_000;
/** Products that one person may wait for. */
export const SUBSCRIPTIONS_MAX = 100;

/** What the shop calls a product: visible ASCII without spaces at its ends, 64 characters at most. */
export const isSku = (text: string): boolean => text.length <= 64 && /^[!-~]([ -~]*[!-~])?$/.test(text);

/** How many of those who wait are told that so many pieces are there. */
export const subscribersToTell = (available: number): number =>
  Math.min(SUBSCRIBERS_AT_ONCE_MAX, Math.max(0, available) * SUBSCRIBERS_PER_PIECE);
