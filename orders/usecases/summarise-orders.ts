import { invalid } from "../../shared/kernel/errors.ts";
import type { Money } from "../../shared/kernel/money.ts";
import type { OrderStatus } from "../domain/order.ts";
import { isSummaryTime, SUMMARY_DAYS_MAX, type SummaryTime } from "../domain/summary.ts";

/** Orders that were placed in a time, as they are now, archived ones too. */
export interface OrderSummary {
  readonly count: number;
  /** Statuses that none of them has are left out. */
  readonly byStatus: Readonly<Partial<Record<OrderStatus, number>>>;
  /** What those come to that stand, an amount a currency, by its code. */
  readonly revenue: readonly Money[];
}

export interface SummaryReads {
  summarise(time: SummaryTime): Promise<OrderSummary>;
}

/** Fails with `VALIDATION` where the time does not begin before it ends, or is longer than 31 days. */
export const summariseOrders =
  ({ summaries }: { readonly summaries: SummaryReads }) =>
  async (time: SummaryTime): Promise<OrderSummary> => {
    if (!isSummaryTime(time))
      throw invalid("/query/to", `must be after from, by ${SUMMARY_DAYS_MAX} days at most`);
    return summaries.summarise(time);
  };
