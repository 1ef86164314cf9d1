import { KioskError } from "../../shared/kernel/errors.ts";
import type { Budget, Budgets } from "./limit-ports.ts";

const HOUR = 3_600;

/** How much of what may be had in which time (seconds). Phones are counted alike whether we know them or not. */
export const budgets = {
  challengesPerPhoneAndHour: { name: "otp-phone-hour", points: 5, windowSeconds: HOUR },
  challengesPerPhoneAndDay: { name: "otp-phone-day", points: 10, windowSeconds: 24 * HOUR },
  stepUpsPerAccount: { name: "step-up-account", points: 10, windowSeconds: HOUR },
  codesPerChat: { name: "otp-chat", points: 5, windowSeconds: 15 * 60 },
} as const satisfies Record<string, Budget>;

/** Requests for codes from one network address; how many is configured, since a shop's own network is one address. */
export const requestsPerAddress = (points: number): Budget => ({
  name: "otp-address",
  points,
  windowSeconds: HOUR,
});

/** Sign-ins by data of Telegram from one network address: as many as requests for codes, and counted apart from them. */
export const telegramSignInsPerAddress = (points: number): Budget => ({
  name: "telegram-address",
  points,
  windowSeconds: HOUR,
});

/** Sign-ins with an OpenID Connect provider that one network address may begin, and come back from. */
export const oidcStartsPerAddress = (points: number): Budget => ({
  name: "oidc-start-address",
  points,
  windowSeconds: HOUR,
});
export const oidcReturnsPerAddress = (points: number): Budget => ({
  name: "oidc-return-address",
  points,
  windowSeconds: HOUR,
});

/** Sign-in by password. An account is counted by its id where it is known, and else by what was typed. */
export const passwordBudgets = {
  perAccount: { name: "password-account", points: 10, windowSeconds: 15 * 60 },
  /** Hashes are dear: so many a minute for all, wherever they are asked for. */
  inShop: { name: "password-shop", points: 300, windowSeconds: 60 },
  SHOP: "shop",
  perAddress: (points: number): Budget => ({ name: "password-address", points, windowSeconds: HOUR }),
  registrationsPerAddress: (points: number): Budget => ({
    name: "register-address",
    points,
    windowSeconds: HOUR,
  }),
} as const;

export const tryLater = (retryAfterSeconds: number): KioskError =>
  new KioskError("TRY_LATER", "That was asked for too often: try again later.", { retryAfterSeconds });

/** Spends one point or fails with `TRY_LATER`; fails with `UNAVAILABLE` when nobody can count. */
export const spendOrRefuse = async (budgetsLeft: Budgets, budget: Budget, subject: string): Promise<void> => {
  const waitSeconds = await budgetsLeft.spend(budget, subject);
  if (waitSeconds !== null) throw tryLater(waitSeconds);
};
