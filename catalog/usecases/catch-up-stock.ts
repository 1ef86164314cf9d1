import type { StockReplica, StockSource } from "./ports.ts";

/**
 * Reads everything that has changed at inventory since the last time, page by page. The cursor is saved in one
 * transaction with its changes, so a page is never skipped; a page that is read twice changes nothing.
 * Fails with `UNAVAILABLE` while inventory or the database does not answer; what was read by then stays.
 */
export const catchUpStock =
  ({ source, replica }: { source: StockSource; replica: StockReplica }) =>
  async (stopped: () => boolean = () => false): Promise<void> => {
    for (let more = true; more && !stopped(); ) {
      const before = await replica.cursor();
      const page = await source.changesAfter(before);
      if (page.changes.length > 0 || page.cursor !== before) await replica.apply(page.changes, page.cursor);
      more = page.more;
    }
  };

export type CatchUpStock = ReturnType<typeof catchUpStock>;
