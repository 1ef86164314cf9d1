import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { SseSink } from "../../shared/http/sse.ts";
import type { ChangeCursor, FeedBatch, StockChangeReads, StockFeed } from "../usecases/ports.ts";
import { encodeChangeCursor } from "./change-cursor.ts";

/** Changes that may come in while a stream still catches up; beyond it the reader is told to come again. */
const BACKLOG_MAX = 10_000;

export interface StockStreamOptions {
  readonly feed: StockFeed;
  readonly changes: StockChangeReads;
  /** Where the reader has got to; null: from now on. */
  readonly after: ChangeCursor | null;
  /** Only these; null: all. */
  readonly skus: ReadonlySet<string> | null;
  /** What this reader may see of a change. */
  readonly show: (change: StockChange) => unknown;
}

/**
 * Sends a batch. Only its last change carries the new cursor: a reader who goes away in the middle resumes before the
 * batch, sees some again and misses none.
 */
const sendBatch = (
  sink: SseSink,
  { changes, previous, cursor }: FeedBatch,
  show: StockStreamOptions["show"],
) => {
  for (const [i, change] of changes.entries()) {
    const id = encodeChangeCursor(i === changes.length - 1 ? cursor : previous);
    if (!sink.send({ id, data: show(change) })) return;
  }
};

/** First what the reader missed, then what happens; what happens meanwhile waits. Answers how to stop. */
export const streamStock = async (
  sink: SseSink,
  { feed, changes, after, skus, show }: StockStreamOptions,
): Promise<() => void> => {
  const sent = new Map<string, number>();
  let waiting: FeedBatch[] | null = [];
  let backlog = 0;

  const deliver = (batch: FeedBatch) => {
    const wanted = batch.changes.filter(
      ({ sku, version }) => (skus === null || skus.has(sku)) && version > (sent.get(sku) ?? 0),
    );
    sendBatch(sink, { ...batch, changes: wanted }, show);
  };
  const stop = await feed.follow((batch) => {
    if (waiting === null) return deliver(batch);
    backlog += batch.changes.length;
    if (backlog <= BACKLOG_MAX) waiting.push(batch);
  });

  try {
    let previous = after;
    for (let more = previous !== null; more && !sink.closed; ) {
      const page = await changes.changesAfter(previous);
      deliver({ changes: page.changes, previous: previous ?? page.cursor, cursor: page.cursor });
      for (const { sku, version } of page.changes) sent.set(sku, version);
      previous = page.cursor;
      more = page.more;
    }
  } catch (error) {
    stop();
    throw error;
  }
  if (backlog > BACKLOG_MAX) sink.send({ event: "resync", data: { reason: "backlog" } });
  for (const batch of waiting) deliver(batch);
  waiting = null;
  sent.clear();
  return stop;
};
