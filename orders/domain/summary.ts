import type { OrderStatus } from "./order.ts";

const DAY_MS = 86_400_000;
/** A summary counts every order of its time: so long at most. */
export const SUMMARY_DAYS_MAX = 31;

/** Orders that stand: what they come to is the shop's revenue. */
export const standingStatuses = [
  "confirmed",
  "packed",
  "shipped",
  "delivered",
] as const satisfies readonly OrderStatus[];

/** A time that a summary is of: from the first moment on, before the last. */
export interface SummaryTime {
  readonly from: Date;
  readonly to: Date;
}

/** True for a time that begins before it ends and is no longer than `SUMMARY_DAYS_MAX`. */
export const isSummaryTime = ({ from, to }: SummaryTime): boolean => {
  const lengthMs = to.getTime() - from.getTime();
  return lengthMs > 0 && lengthMs <= SUMMARY_DAYS_MAX * DAY_MS;
};
