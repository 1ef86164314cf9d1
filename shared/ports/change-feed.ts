/** Where a reader of changes has got to: a transaction id, in digits, and the key of a row that it changed. */
export interface ChangeCursor {
  readonly tx: string;
  readonly key: string;
}

/** Present states of what changed, in the order of the transactions that changed it. */
export interface ChangesPage<Change> {
  readonly changes: readonly Change[];
  readonly cursor: ChangeCursor;
  readonly more: boolean;
  /** False while a change that was committed before this call may still lie behind the cursor: ask again soon. */
  readonly complete: boolean;
}

/** Changes by cursor; what makes it safe stands in `shared/sql/transaction-horizon.ts`. */
export interface ChangeSource<Change> {
  /** Present states of what changed after the cursor, and a cursor for the next call. */
  changesAfter(cursor: ChangeCursor): Promise<ChangesPage<Change>>;
  /** The cursor of a reader who knows everything up to now. */
  currentCursor(): Promise<ChangeCursor>;
}

/** What a reader missed while it was away, and up to where that goes. */
export interface MissedChanges<Change> {
  readonly changes: readonly Change[];
  readonly cursor: ChangeCursor;
}

/** Changes in order. Whoever has all of them has everything up to `cursor`; whoever has none, up to `previous`. */
export interface FeedBatch<Change> {
  readonly changes: readonly Change[];
  readonly previous: ChangeCursor;
  readonly cursor: ChangeCursor;
}

export type FeedListener<Change> = (batch: FeedBatch<Change>) => void;

export interface Following {
  /** Everything after it will be told. */
  readonly cursor: ChangeCursor;
  stop(): void;
}

/** Changes as they happen, for the streams of this instance. */
export interface ChangeFeed<Change> {
  /** Aborted when the feed stops: then every stream ends. */
  readonly signal: AbortSignal;
  /** Tells of every change from now on. Fails with `UNAVAILABLE`. */
  follow(listener: FeedListener<Change>): Promise<Following>;
}
