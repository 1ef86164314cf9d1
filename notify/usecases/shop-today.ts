import type { Clock } from "../../shared/kernel/clock.ts";
import type { Money } from "../../shared/kernel/money.ts";
import type { ShownStatus } from "../domain/order-status.ts";
import { shopDay } from "../domain/shop-day.ts";
import type { Acting } from "./shop-ports.ts";
import { readLow, type StockListDeps } from "./stock-list.ts";

/** Orders that were placed in a time, as they are now. */
export interface OrderSummary {
  readonly count: number;
  readonly byStatus: Readonly<Partial<Record<ShownStatus, number>>>;
  /** What those come to that stand, an amount a currency. */
  readonly revenue: readonly Money[];
}

export interface SummaryDesk {
  /** Orders placed from `from` on and before `to`. */
  readSummary(as: Acting, time: { readonly from: Date; readonly to: Date }): Promise<OrderSummary>;
}

export interface ShopTodayDeps {
  readonly summaries: SummaryDesk;
  readonly inventory: StockListDeps["inventory"];
  readonly clock: Clock;
  /** The shop's, a name of the IANA database. */
  readonly timezone: string;
}

/** How the shop does today, by its own clock. */
export interface ShopToday {
  readonly from: Date;
  readonly orders: OrderSummary;
  /** SKUs that are low, sold out ones included. */
  readonly low: number;
  /** There are more that are low than were counted. */
  readonly lowIsMore: boolean;
  readonly soldOut: readonly string[];
}

/** Fails with `UNAVAILABLE`. */
export const readToday =
  (deps: ShopTodayDeps) =>
  async (as: Acting): Promise<ShopToday> => {
    const day = shopDay(deps.timezone, deps.clock.now());
    const [orders, { levels, more }] = await Promise.all([
      deps.summaries.readSummary(as, day),
      readLow(deps, as),
    ]);
    const soldOut = levels.filter(({ available }) => available === 0).map(({ sku }) => sku);
    return { from: day.from, orders, low: levels.length, lowIsMore: more, soldOut };
  };
