import { endAllSessions } from "../../auth/service.ts";
import { beginAnotherLife } from "../../catalog/service.ts";
import { endHolds, ordersWithHolds } from "../../inventory/service.ts";
import { pauseBroadcasts } from "../../notify/service.ts";
import { ordersAmong } from "../../orders/service.ts";
import { topology } from "../../shared/contracts/events.ts";
import {
  forgetLeases,
  handledAmong,
  publishAgain,
  publishedAfter,
} from "../../shared/outbox/after-restore.ts";
import type { Database } from "../../shared/ports/database.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";

const PAGE = 1_000;

export interface Reconciled {
  /** Events that are published once more. */
  readonly events: number;
  /** Holds of orders that are not in the backup: their stock is given back. */
  readonly holds: number;
  /** Sessions that were ended. */
  readonly sessions: number;
  /** Broadcasts that ran, and are paused. */
  readonly broadcasts: number;
}

export interface Reconciling {
  databaseOf(service: ServiceName): Database;
  /** Of a planned move, in which nothing happens between the backup and the restore. */
  readonly keepSessions: boolean;
}

/** The service that an exchange or a queue is named after. */
const serviceOf = (name: string): ServiceName => {
  const found = serviceNames.find((service) => name.startsWith(`${service}.`));
  if (found === undefined) throw new Error(`${name} is named after no service`);
  return found;
};

/** Publishes once more what one of its consumers has not handled. What a consumer has no use for it has not remembered, and it comes again. */
const publishUnheard = async (
  { exchange, queues }: (typeof topology)[number],
  { databaseOf }: Reconciling,
): Promise<number> => {
  const { db } = databaseOf(serviceOf(exchange));
  let after = "0";
  let count = 0;
  for (;;) {
    const page = await publishedAfter(db, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return count;
    const ids = page.map(({ id }) => id);
    const heard = await Promise.all(
      queues.map((queue) => handledAmong(databaseOf(serviceOf(queue)).db, queue, ids)),
    );
    const unheard = page.filter(({ id }) => heard.some((handled) => !handled.has(id)));
    await publishAgain(
      db,
      unheard.map(({ position }) => position),
    );
    count += unheard.length;
    after = last.position;
  }
};

const endStrangeHolds = async ({ databaseOf }: Reconciling): Promise<number> => {
  const { db } = databaseOf("inventory");
  let after: string | null = null;
  let count = 0;
  for (;;) {
    const page: readonly string[] = await ordersWithHolds(db, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return count;
    const known = await ordersAmong(databaseOf("orders").db, page);
    const strange = page.filter((id) => !known.has(id));
    await endHolds(db, strange);
    count += strange.length;
    after = last;
  }
};

/**
 * Brings restored databases into agreement, by what each of them alone cannot know. Repeating it does no harm. What is left to do the services do by
 * themselves once they run: sagas go on, events are published, holds that have ended give their stock back.
 */
export const reconcile = async (reconciling: Reconciling): Promise<Reconciled> => {
  for (const service of serviceNames) await forgetLeases(reconciling.databaseOf(service).db);
  await beginAnotherLife(reconciling.databaseOf("catalog").db);
  let events = 0;
  for (const exchange of topology) events += await publishUnheard(exchange, reconciling);
  const holds = await endStrangeHolds(reconciling);
  if (reconciling.keepSessions) return { events, holds, sessions: 0, broadcasts: 0 };
  const sessions = await endAllSessions(reconciling.databaseOf("auth").db);
  return { events, holds, sessions, broadcasts: await pauseBroadcasts(reconciling.databaseOf("notify")) };
};
