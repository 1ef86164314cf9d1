import type { Database } from "../ports/database.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { consume } from "./inbox.ts";
import { crowdingBus, eventOf, writeEffect } from "./inbox-fixture.ts";
import { EXCHANGE, outboxDatabase } from "./outbox-fixture.ts";
import { listParked } from "./parked.ts";
import type { OnParked } from "./parking.ts";

export const PARKED_QUEUE = "notify.inventory-events";

/** A queue of a service over the database. Its handler fails for the subjects in `broken`. */
export const openQueue = async (
  database: Database,
  { queue = PARKED_QUEUE, onParked }: { readonly queue?: string; readonly onParked?: OnParked } = {},
) => {
  const { bus, deliver } = crowdingBus();
  const log = silentLogger();
  const broken = new Set<string>();
  const consumer = consume({
    ...{ database, bus, log, queue },
    exchange: EXCHANGE,
    clock: fakeClock(),
    retryDelaysMs: [],
    ...(onParked === undefined ? {} : { onParked }),
    handlers: {
      "stock.low": async (event, tx) => {
        if (broken.has(event.subject)) throw new Error("broken");
        await writeEffect(event, tx);
      },
    },
  });
  await consumer.start();
  /** Parks an event of each subject, and answers the ids of the parked messages in the same order. */
  const park = async (...subjects: string[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const subject of subjects) {
      broken.add(subject);
      await deliver(eventOf(subject, 1));
      const { items } = await listParked(database.db, { queue, limit: 1 });
      ids.push(items[0]?.id ?? "");
    }
    return ids;
  };
  return { deliver, log, broken, consumer, park };
};

/** The same over a database of its own. */
export const openParked = async (onParked?: OnParked) => {
  const database = await outboxDatabase();
  const queue = await openQueue(database, onParked === undefined ? {} : { onParked });
  return { database, ...queue, close: () => database.close() };
};
