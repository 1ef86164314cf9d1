import type { ShownStatus } from "./order-status.ts";

// Which buttons an order's card has for its buyer. orders decides by itself whether it may be: a button that would be refused is not shown.

/** Until it is packed. */
export const mayCancel = (status: ShownStatus): boolean => status === "pending" || status === "confirmed";

/** Once it stands: of one that is still being checked nobody knows whether it can be had. */
export const mayRepeat = (status: ShownStatus): boolean => status !== "pending";

/** A message that is older may show what its reader has long forgotten. */
const FRESH_MS = 24 * 3_600_000;

/** True for a message that is too old to act by. `seconds`: when it was sent or last edited, as Telegram tells it; 0 where it does not. */
export const isStale = (seconds: number, now: Date): boolean => now.getTime() - seconds * 1000 > FRESH_MS;
