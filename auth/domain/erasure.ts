import { invalid } from "../../shared/kernel/errors.ts";

/** Services that hold something of people, and what is asked when all of them have erased it. */
export const erasingServices = ["auth", "catalog", "inventory", "orders", "notify"] as const;
export type ErasingService = (typeof erasingServices)[number];
export const erasureParts = [...erasingServices, "farewell"] as const;
export type ErasurePartName = (typeof erasureParts)[number];

/** Who signed in within this time need not say that they mean it: 10 min, as long as one remembers having done so. */
export const RECENT_SIGN_IN_MS = 600_000;

/** Fails with `VALIDATION` where somebody erases themselves by an old session without saying that they mean it. */
export const assertMeant = (input: {
  readonly confirm: "erase" | undefined;
  readonly signedInAt: Date | null;
  readonly now: Date;
}): void => {
  const { confirm, signedInAt, now } = input;
  const isRecent = signedInAt !== null && now.getTime() - signedInAt.getTime() <= RECENT_SIGN_IN_MS;
  if (confirm !== "erase" && !isRecent)
    throw invalid("/body/confirm", 'must be "erase", or sign in again first: this cannot be undone');
};

const RETRY_FIRST_MS = 1_000;
/** Rare enough for a service that is away for a day, soon enough that nobody has to ask. */
const RETRY_MAX_MS = 600_000;

/** Pause after so many asks in a row without an answer: 1, 2, 4 … 600 s. */
export const erasureRetryMs = (attempts: number): number =>
  Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(20, Math.max(0, attempts - 1)));

/** The last message is given up after so many tries: about a day. */
export const FAREWELL_ATTEMPTS_MAX = 150;
