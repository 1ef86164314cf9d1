import type { ChangeCursor, ChangeSource, FeedListener } from "../ports/change-feed.ts";

/** How often changes are asked for while no sign comes. */
const PULL_EVERY_MS = 5_000;
/** Pause before asking again while a change that is known to have happened may lie behind the cursor. */
const PULL_AGAIN_MS = 10;

export interface ChangePullerOptions<Change> {
  readonly changes: ChangeSource<Change>;
  readonly onBatch: FeedListener<Change>;
  readonly onFailure: (error: unknown) => void;
}

export interface ChangePuller {
  /** Begins at the present, unless it has begun, looks, and answers where it is. Rejects when the present cannot be found out. */
  begin(): Promise<ChangeCursor>;
  /** Looks for changes now, or once more when it is looking already. */
  look(): void;
  end(): void;
}

/** Pulls changes by cursor: when told to look, and now and then. One pull at a time. */
export const createChangePuller = <Change>({
  changes,
  onBatch,
  onFailure,
}: ChangePullerOptions<Change>): ChangePuller => {
  let position: Promise<ChangeCursor> | null = null;
  let complete = true;
  let pulling = false;
  let lookAgain = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const pull = async () => {
    for (let more = true; more; ) {
      const from = position;
      if (from === null) return;
      const previous = await from;
      const page = await changes.changesAfter(previous);
      // It has ended meanwhile, and perhaps begun again elsewhere.
      if (position !== from) return;
      position = Promise.resolve(page.cursor);
      complete = page.complete;
      more = page.more;
      if (page.changes.length > 0) onBatch({ changes: page.changes, previous, cursor: page.cursor });
    }
  };

  const schedule = () => {
    clearTimeout(timer);
    if (position !== null) timer = setTimeout(look, complete ? PULL_EVERY_MS : PULL_AGAIN_MS);
  };

  const pullUntilQuiet = async () => {
    try {
      do {
        lookAgain = false;
        await pull();
      } while (lookAgain);
    } catch (error) {
      complete = true;
      onFailure(error);
    } finally {
      pulling = false;
      schedule();
    }
  };

  function look() {
    if (position === null) return;
    lookAgain = true;
    if (pulling) return;
    pulling = true;
    void pullUntilQuiet();
  }

  const end = () => {
    clearTimeout(timer);
    position = null;
  };

  return {
    async begin() {
      position ??= changes.currentCursor();
      const mine = position;
      try {
        const cursor = await mine;
        // What was committed a moment ago may lie behind the horizon: the first look says whether to look again soon.
        look();
        return cursor;
      } catch (error) {
        if (position === mine) end();
        throw error;
      }
    },
    look,
    end,
  };
};
