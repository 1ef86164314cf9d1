import { type Delivery, dedupeKeyOf, LIFE_MS } from "../domain/delivery.ts";
import type { MessagesParkedNotice, SagasStuckNotice } from "../domain/operations-notice.ts";
import {
  ALERT_EVERY_MS,
  afterTelling,
  isDue,
  noteParked,
  noticeOfAlert,
  type ParkedAlert,
} from "../domain/parked-alert.ts";
import type { AnnounceDeps } from "./announce.ts";
import { hearersOf } from "./hearers.ts";
import type { ParkedAlertStore } from "./ports.ts";

/** Queues whose alert is written in one transaction. */
const QUEUES_MAX = 20;

export interface TellOfParkedDeps extends AnnounceDeps {
  readonly alerts: ParkedAlertStore;
}

/** A message that some service has put aside; or, of `STUCK_SAGAS`, an order by its number. */
export interface PutAside {
  readonly queue: string;
  readonly type: string;
}

/** What was put into the delivery queue, and what staff who watch should see. */
export interface ToldOfParked {
  readonly deliveries: readonly Delivery[];
  readonly alerts: readonly {
    readonly eventId: string;
    readonly notice: MessagesParkedNotice | SagasStuckNotice;
    readonly occurredAt: string;
  }[];
}

/** Writes the alerts that are due, and keeps the others. While nobody who is to hear of it has a chat none is due: they are told of all of it once somebody has. */
const tellDue = async (deps: TellOfParkedDeps, known: readonly ParkedAlert[]): Promise<ToldOfParked> => {
  const { alerts, deliveries, chats, newId, clock } = deps;
  const now = clock.now();
  const [first] = known.filter((alert) => isDue(alert, now));
  const hearers = first === undefined ? [] : await chats.hearerIds(hearersOf(noticeOfAlert(first)));
  const due = hearers.length === 0 ? [] : known.filter((alert) => isDue(alert, now));
  for (const alert of known) await alerts.save(due.includes(alert) ? afterTelling(alert, now) : alert);
  const told = due.map((alert) => ({
    eventId: newId(),
    notice: noticeOfAlert(alert),
    occurredAt: now.toISOString(),
  }));
  const expiresAt = new Date(now.getTime() + LIFE_MS.admin_alert);
  const rows = told.flatMap(({ eventId, notice }) =>
    hearers.map((userId) => ({
      id: newId(),
      dedupeKey: `admin_alert:${dedupeKeyOf(eventId, userId, notice)}`,
      class: "admin_alert" as const,
      userId,
      notice,
      expiresAt,
    })),
  );
  return { deliveries: await deliveries.enqueue(rows, now), alerts: told };
};

/**
 * Messages have been parked: the admins are told of their queues, each at once and then once in five minutes at most; what
 * is not told now is counted for the next time.
 */
export const tellOfParked =
  (deps: TellOfParkedDeps) =>
  async (messages: readonly PutAside[]): Promise<ToldOfParked> => {
    const typesOf = Map.groupBy(messages, ({ queue }) => queue);
    const known = await deps.alerts.lock([...typesOf.keys()]);
    return tellDue(
      deps,
      known.map((alert) =>
        noteParked(
          alert,
          (typesOf.get(alert.queue) ?? []).map(({ type }) => type),
        ),
      ),
    );
  };

/** Tells the admins what they have not been told of within the last five minutes. */
export const tellWhatWaits = (deps: TellOfParkedDeps) => async (): Promise<ToldOfParked> =>
  tellDue(deps, await deps.alerts.lockDue(new Date(deps.clock.now().getTime() - ALERT_EVERY_MS), QUEUES_MAX));
