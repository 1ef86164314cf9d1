import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { type Delivery, type DeliveryClass, dedupeKeyOf, LIFE_MS } from "../domain/delivery.ts";
import type { DeliveryOrigin } from "../domain/delivery-origin.ts";
import type { Notice } from "../domain/notice.ts";
import type { DeliveryStore, NewDelivery } from "./delivery-ports.ts";
import { hearersOf } from "./hearers.ts";
import type { ChatStore } from "./ports.ts";

export interface AnnounceDeps {
  readonly deliveries: Pick<DeliveryStore, "enqueue">;
  readonly chats: Pick<ChatStore, "hearerIds">;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The request that caused an event; nobody's by default. */
  readonly originOf?: (eventId: string) => DeliveryOrigin | null;
}

interface Address {
  readonly eventId: string;
  readonly userId: string;
  readonly class: DeliveryClass;
}

const deliveryTo = (
  { eventId, userId, class: deliveryClass }: Address,
  notice: Notice,
  { clock, newId, originOf }: AnnounceDeps,
): NewDelivery => ({
  id: newId(),
  dedupeKey: `${deliveryClass}:${dedupeKeyOf(eventId, userId, notice)}`,
  class: deliveryClass,
  userId,
  notice,
  expiresAt: new Date(clock.now().getTime() + LIFE_MS[deliveryClass]),
  origin: originOf?.(eventId) ?? null,
});

/** What one event says. */
export interface Announcement {
  readonly eventId: string;
  readonly messages: readonly { readonly userId: string; readonly notice: Notice }[];
  /** To whoever is to hear of it (hearers.ts). */
  readonly alert: Notice | null;
}

export interface Announced {
  /** What was put into the queue: nothing for an event that was announced before. */
  readonly deliveries: readonly Delivery[];
  /** What staff should see, whether or not any of them has a chat: one place an event, null where there is nothing. */
  readonly alerts: readonly (Notice | null)[];
}

const deliveriesOf = (
  { eventId, messages, alert }: Announcement,
  hearers: readonly string[],
  deps: AnnounceDeps,
): NewDelivery[] => {
  const own = messages.map(({ userId, notice }) =>
    deliveryTo({ eventId, userId, class: "transactional" }, notice, deps),
  );
  if (alert === null) return own;
  return [
    ...own,
    ...hearers.map((userId) => deliveryTo({ eventId, userId, class: "admin_alert" }, alert, deps)),
  ];
};

/** Whom each alert goes to. Alerts of a kind have the same hearers, who are read once. */
const readHearers = async (
  { chats }: AnnounceDeps,
  alerts: readonly (Notice | null)[],
): Promise<(alert: Notice | null) => readonly string[]> => {
  const kinds = new Map(
    alerts.flatMap((alert) => (alert === null ? [] : [[alert.template, alert] as const])),
  );
  const read = [...kinds].map(async ([template, alert]) => {
    return [template, await chats.hearerIds(hearersOf(alert))] as const;
  });
  const idsOf = new Map(await Promise.all(read));
  return (alert) => (alert === null ? [] : (idsOf.get(alert.template) ?? []));
};

/** Puts what the events say into the queue, one event after the other: two statements, however many they are. */
export const announceAll = async (
  deps: AnnounceDeps,
  events: readonly Announcement[],
): Promise<Announced> => {
  const alerts = events.map(({ alert }) => alert);
  const hearersOfEach = await readHearers(deps, alerts);
  const rows = events.flatMap((event) => deliveriesOf(event, hearersOfEach(event.alert), deps));
  return { deliveries: await deps.deliveries.enqueue(rows, deps.clock.now()), alerts };
};

/**
 * Something concerns the admins alone: puts an alert to each into the queue, once for `occasion`, whoever says it and however often.
 */
export const announceToAdmins =
  (deps: AnnounceDeps) =>
  (occasion: string, alert: Notice): Promise<Announced> =>
    announceAll(deps, [{ eventId: occasion, messages: [], alert }]);

export interface PersonalAnnouncement {
  readonly eventId: string;
  readonly userId: string;
  readonly notice: Notice;
}

export interface AnnouncePersonsDeps extends AnnounceDeps {
  readonly chats: Pick<ChatStore, "hearerIds" | "goneAmong">;
}

/**
 * Something concerns one person alone: puts a message to each into the queue. To who has been deleted nothing is said, and nothing is
 * kept of where they were: an event may come as late as it likes.
 */
export const announceToPersons =
  (deps: AnnouncePersonsDeps) =>
  async (news: readonly PersonalAnnouncement[]): Promise<Announced> => {
    const gone = news.length === 0 ? new Set() : await deps.chats.goneAmong(news.map(({ userId }) => userId));
    const told = news.filter(({ userId }) => !gone.has(userId));
    return announceAll(
      deps,
      told.map(({ eventId, userId, notice }) => ({
        eventId,
        messages: [{ userId, notice }],
        alert: null,
      })),
    );
  };
