import { type Handling, isShared } from "./event-handler.ts";

/** One event on its way into the database. */
export interface InboxItem {
  readonly eventId: string;
  /** The aggregate. */
  readonly subject: string;
  readonly handling: Handling;
  /** It may have been delivered before, and is marked while it is handled: see `quarantine.ts`. */
  readonly again: boolean;
}

export type RunOutcome = "handled" | "duplicate";

/** Items that follow each other and are handled at once. */
export interface InboxRun {
  /** What becomes of each item once the handler has done its work. */
  readonly outcomes: RunOutcome[];
  /** Places of the items that the handler gets, among all that were given. */
  readonly places: number[];
  readonly handlings: Handling[];
}

const startOfRun = (): InboxRun => ({ outcomes: [], places: [], handlings: [] });

/** One has no handler's work in it yet, or work that the same batch handler may do together with this. */
const takes = ({ handlings: [first] }: InboxRun, handling: Handling): boolean =>
  first === undefined || isShared(first, handling);

/**
 * Divides items into runs, all items in their order: a run has one event for a single handler, or as many for one
 * batch handler as follow each other. So nothing overtakes anything, of the same subject or another. Duplicates
 * interrupt no run. `isNew` says by place what has not been handled before.
 */
export const runsOf = (items: readonly InboxItem[], isNew: readonly boolean[]): InboxRun[] => {
  const runs: InboxRun[] = [];
  for (const [place, item] of items.entries()) {
    const isWork = isNew[place] ?? false;
    let run = runs.at(-1);
    if (run === undefined || (isWork && !takes(run, item.handling))) {
      run = startOfRun();
      runs.push(run);
    }
    run.outcomes.push(isWork ? "handled" : "duplicate");
    if (!isWork) continue;
    run.places.push(place);
    run.handlings.push(item.handling);
  }
  return runs;
};
