import type { ChangeCursor, ChangeFeed, FeedBatch, MissedChanges } from "../ports/change-feed.ts";
import type { SseEvent, SseSink } from "./sse.ts";
import type { StreamIds } from "./stream-ids.ts";

/** What a reader missed is sent if it is no more than this; else it is told to read everything again. */
export const RESUME_CHANGES_MAX = 1_000;
/** Changes that may come in while a stream still catches up; beyond it the reader is told to read again. */
const BACKLOG_MAX = 10_000;

export interface ChangeStreamOptions<Change> {
  readonly feed: ChangeFeed<Change>;
  readonly ids: StreamIds;
  /** What the reader sent as `Last-Event-ID`; null: it is new. */
  readonly lastEventId: string | null;
  /**
   * What concerns this reader and has changed after the cursor, `RESUME_CHANGES_MAX` at most. Null where that is too much, or
   * where the cursor is none that we can have given.
   */
  readonly missed: (after: ChangeCursor) => Promise<MissedChanges<Change> | null>;
  /** The cursor of a reader who reads everything again now. */
  readonly currentCursor: () => Promise<ChangeCursor>;
  /** A change as this reader sees it; null: not at all. */
  readonly show: (change: Change) => Omit<SseEvent, "id"> | null;
}

/**
 * Events of a batch. Only the last carries the new cursor: a reader who goes away in the middle resumes before the batch,
 * sees some again and misses none.
 */
const eventsOf = <Change>(
  { changes, previous, cursor }: FeedBatch<Change>,
  { ids, show }: Pick<ChangeStreamOptions<Change>, "ids" | "show">,
): SseEvent[] => {
  const shown = changes.flatMap((change) => show(change) ?? []);
  if (shown.length === 0) return [];
  const [before, after] = [ids.encode(previous), ids.encode(cursor)];
  return shown.map((event, i) => ({ id: i === shown.length - 1 ? after : before, ...event }));
};

/** What to send first, and from where what happens goes on. */
interface Beginning {
  readonly events: readonly SseEvent[];
  readonly from: ChangeCursor;
}

const resync = async <Change>(
  { ids, currentCursor }: ChangeStreamOptions<Change>,
  reason: string,
): Promise<Beginning> => {
  const from = await currentCursor();
  return { events: [{ id: ids.encode(from), event: "resync", data: { reason } }], from };
};

/** A new reader begins at the feed's place, and has an id at once: what it may miss before its first event has one too. */
const beginningOf = async <Change>(
  options: ChangeStreamOptions<Change>,
  feedAt: ChangeCursor,
): Promise<Beginning> => {
  const { lastEventId, ids, missed } = options;
  if (lastEventId === null) return { events: [{ id: ids.encode(feedAt) }], from: feedAt };
  const after = ids.decode(lastEventId);
  if (after === null) return resync(options, "unknown-id");
  const found = await missed(after);
  if (found === null) return resync(options, "missed");
  const { changes, cursor } = found;
  const events = eventsOf({ changes, previous: after, cursor }, options);
  return { events: events.length > 0 ? events : [{ id: ids.encode(cursor) }], from: cursor };
};

/**
 * First what the reader missed, then what happens; what happens meanwhile waits. The reader never sees an older state of a
 * thing after a newer one, also where the feed here is behind the one that it came from: batches from before the place at which it
 * begins say nothing new, and are left out. Answers how to stop.
 */
export const streamChanges = async <Change>(
  sink: SseSink,
  options: ChangeStreamOptions<Change>,
): Promise<() => void> => {
  const { feed, ids } = options;
  let fromTx: bigint | null = null;
  let waiting: FeedBatch<Change>[] = [];
  let backlog = 0;

  const deliver = (batch: FeedBatch<Change>) => {
    if (fromTx !== null && BigInt(batch.cursor.tx) < fromTx) return;
    const events = eventsOf(batch, options);
    if (events.length > 0) sink.send(...events);
    else sink.mark(ids.encode(batch.cursor));
  };
  const following = await feed.follow((batch) => {
    if (fromTx !== null) return deliver(batch);
    backlog += batch.changes.length;
    if (backlog <= BACKLOG_MAX) waiting.push(batch);
  });

  try {
    const { events, from } = await beginningOf(options, following.cursor);
    sink.send(...events);
    const late = backlog > BACKLOG_MAX ? await resync(options, "backlog") : null;
    if (late !== null) sink.send(...late.events);
    fromTx = BigInt((late?.from ?? from).tx);
  } catch (error) {
    following.stop();
    throw error;
  }
  // What waited comes first; nothing can come between, since nothing is awaited from here on.
  const early = waiting;
  waiting = [];
  for (const batch of early) deliver(batch);
  return following.stop;
};
