import type { EventEnvelope } from "../contracts/envelope.ts";
import type { EventBus, PublishOptions } from "../ports/event-bus.ts";

// In process a publish takes as long as the slowest handler, and one that fails is repeated for seconds. So that an event
// that nobody can handle does not hold up all others, the relay leaves the last few of a batch behind and goes on: they stay
// in the outbox, unmarked, until they are handled or parked. Events of their aggregates wait, so that the order is kept.

/** Rows that may be left behind by one batch: with more unhandled, something larger is wrong, and the relay waits. */
const LATE_ROWS_MAX = 50;
/** Batches that may have rows left behind; with more of them the relay waits. */
const LATE_BATCHES_MAX = 64;
/** How long nothing of a batch must have been handled before the rest of it is left behind: an ordinary transaction. */
const QUIET_MS = 10;
const LOOK_EVERY_MS = 5;

export interface OutboxRow extends Record<string, unknown> {
  readonly position: string;
  readonly exchange: string;
  readonly event: EventEnvelope;
}

/** Rows on their way to the bus. */
export interface Sending {
  /** Publishes. Resolves when all are done, or in process when few are left; rejects as the bus does. */
  readonly untilMostAreDone: () => Promise<void>;
  readonly handled: () => readonly OutboxRow[];
  readonly left: () => readonly OutboxRow[];
  /** Of these, what has been handled by now. */
  readonly handledOf: (rows: readonly OutboxRow[]) => readonly OutboxRow[];
  /** Keeps what is left out of the next batches until the publish is over, and `settle` has dealt with it. */
  readonly leaveBehind: (settle: (late: readonly OutboxRow[], failed: boolean) => Promise<void>) => void;
}

const publishRows = async (bus: EventBus, rows: readonly OutboxRow[], options: PublishOptions) => {
  const byExchange = Map.groupBy(rows, (row) => row.exchange);
  for (const [exchange, group] of byExchange) {
    await bus.publish(
      exchange,
      group.map((row) => row.event),
      options,
    );
  }
};

/** Resolves when nothing has been handled for a moment and few rows are left. */
const createPatience = (left: ReadonlySet<unknown>) => {
  const spent = Promise.withResolvers<void>();
  let handledAt = performance.now();
  const timer = setInterval(() => {
    if (left.size <= LATE_ROWS_MAX && performance.now() - handledAt > QUIET_MS) spent.resolve();
  }, LOOK_EVERY_MS);
  return {
    spent: spent.promise,
    handled: () => {
      handledAt = performance.now();
    },
    end: () => clearInterval(timer),
  };
};

/** The sendings of one relay. */
export const createSendings = (bus: EventBus) => {
  /** Of each batch with late rows: those rows, and the end of its publish. */
  const late = new Map<Promise<void>, readonly OutboxRow[]>();
  /** Rows up to here were there when the relay first looked: the process before may have died of one of them. */
  let oldUntil: number | undefined;
  const isOld = ({ position }: OutboxRow) => Number(position) <= (oldUntil ?? 0);

  const send = (rows: readonly OutboxRow[]): Sending => {
    const left = new Set(rows);
    const byId = new Map(rows.map((row) => [row.event.id, row]));
    const again = rows.some(isOld);
    let published: Promise<void> = Promise.resolve();

    const sendWithPatience = async () => {
      const patience = createPatience(left);
      const onHandled = ({ id }: EventEnvelope) => {
        const row = byId.get(id);
        if (row !== undefined) left.delete(row);
        patience.handled();
      };
      published = publishRows(bus, rows, { again, onHandled });
      const mayLeave = late.size < LATE_BATCHES_MAX;
      await Promise.race(mayLeave ? [published, patience.spent] : [published]).finally(patience.end);
    };
    const handledOf = (some: readonly OutboxRow[]) => some.filter((row) => !left.has(row));
    return {
      async untilMostAreDone() {
        if (bus.tellsOfHandled === true) return sendWithPatience();
        await publishRows(bus, rows, { again });
        left.clear();
      },
      handled: () => handledOf(rows),
      left: () => [...left],
      handledOf,
      leaveBehind(settle) {
        const rest = [...left];
        if (rest.length === 0) return;
        const end = published
          .then(
            () => settle(rest, false),
            () => settle(rest, true),
          )
          // What could not be marked is published again, which the inbox knows.
          .catch(() => undefined)
          .finally(() => late.delete(end));
        late.set(end, rest);
      },
    };
  };

  return {
    send,
    lateAggregates: (): string[] => [...late.values()].flat().map(({ event }) => event.subject),
    /** The relay's first look found nothing. */
    nothingIsOld() {
      oldUntil ??= 0;
    },
    /** Of the rows that were read: those of the first read, as long as there are any, else all. */
    oldFirst(rows: readonly OutboxRow[]): readonly OutboxRow[] {
      oldUntil ??= Number(rows.at(-1)?.position ?? 0);
      const old = rows.filter(isOld);
      return old.length > 0 ? old : rows;
    },
  };
};
