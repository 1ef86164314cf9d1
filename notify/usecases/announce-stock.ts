import { subscribersToTell } from "../domain/back-in-stock.ts";
import type { StockLowNotice, StockRestockedNotice } from "../domain/stock-notice.ts";
import { type AnnounceDeps, type Announced, announceAll } from "./announce.ts";
import type { StockToldStore } from "./ports.ts";
import type { BackInStockStore } from "./preference-ports.ts";

export interface AnnounceStockDeps extends AnnounceDeps {
  readonly stockTold: StockToldStore;
  readonly backInStock: Pick<BackInStockStore, "take">;
}

export interface StockAnnouncement {
  readonly eventId: string;
  /** True where the shop's people need not hear of it. */
  readonly quiet: boolean;
  readonly notice: (StockLowNotice | StockRestockedNotice) & { readonly version: number };
}

/** Whether each is newer than all that was told of its SKU, before or among these. */
const areNews = (
  notices: readonly StockAnnouncement["notice"][],
  told: ReadonlyMap<string, number>,
): boolean[] => {
  const newest = new Map(told);
  return notices.map(({ sku, version }) => {
    const isNews = version > (newest.get(sku) ?? 0);
    if (isNews) newest.set(sku, version);
    return isNews;
  });
};

/** Who is told of each product that is there again: those who waited longest, as the last of these events leaves it. */
const takeSubscribers = async ({ backInStock }: AnnounceStockDeps, news: readonly StockAnnouncement[]) => {
  const newest = new Map(news.map(({ notice }) => [notice.sku, notice]));
  const limits = new Map(
    [...newest.values()].map(({ sku, template, available }) => [
      sku,
      template === "stock-restocked" ? subscribersToTell(available) : 0,
    ]),
  );
  const served = Map.groupBy(await backInStock.take(limits), ({ sku }) => sku);
  return (notice: StockAnnouncement["notice"]) =>
    newest.get(notice.sku) === notice ? (served.get(notice.sku) ?? []) : [];
};

/**
 * Stock has run low or come back: puts an alert to every admin into the queue, and a message to those who waited for the product,
 * unless something newer was told already.
 */
export const announceStock =
  (deps: AnnounceStockDeps) =>
  async (changes: readonly StockAnnouncement[]): Promise<Announced> => {
    const newest = new Map<string, number>();
    for (const { notice } of changes)
      newest.set(notice.sku, Math.max(notice.version, newest.get(notice.sku) ?? 0));
    const told = await deps.stockTold.tell(newest);
    const isNews = areNews(
      changes.map(({ notice }) => notice),
      told,
    );
    const subscribersOf = await takeSubscribers(
      deps,
      changes.filter((_, i) => isNews[i] === true),
    );
    return announceAll(
      deps,
      changes.map(({ eventId, quiet, notice }, i) => ({
        eventId,
        messages: subscribersOf(notice).map(({ userId, sku }) => ({
          userId,
          notice: { template: "back-in-stock", sku, version: notice.version } as const,
        })),
        alert: isNews[i] && !quiet ? notice : null,
      })),
    );
  };
