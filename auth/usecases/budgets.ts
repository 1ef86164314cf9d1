import { KioskError } from "../../shared/kernel/errors.ts";
import type { Budget, Budgets } from "./ports.ts";

const HOUR = 3_600;

/** How much of what may be had in which time (seconds). Phones are counted alike whether we know them or not. */
export const budgets = {
  challengesPerPhoneAndHour: { name: "otp-phone-hour", points: 5, windowSeconds: HOUR },
  challengesPerPhoneAndDay: { name: "otp-phone-day", points: 10, windowSeconds: 24 * HOUR },
  codesPerChat: { name: "otp-chat", points: 5, windowSeconds: 15 * 60 },
} as const satisfies Record<string, Budget>;

/** Requests for codes from one network address; how many is configured, since a shop's own network is one address. */
export const requestsPerAddress = (points: number): Budget => ({
  name: "otp-address",
  points,
  windowSeconds: HOUR,
});

export const tryLater = (retryAfterSeconds: number): KioskError =>
  new KioskError("TRY_LATER", "That was asked for too often: try again later.", { retryAfterSeconds });

/** Spends one point or fails with `TRY_LATER`; fails with `UNAVAILABLE` when nobody can count. */
export const spendOrRefuse = async (budgetsLeft: Budgets, budget: Budget, subject: string): Promise<void> => {
  const waitSeconds = await budgetsLeft.spend(budget, subject);
  if (waitSeconds !== null) throw tryLater(waitSeconds);
};
