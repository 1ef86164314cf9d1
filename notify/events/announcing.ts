import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { AfterCommit } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { originOf } from "../domain/delivery-origin.ts";
import type { Notice } from "../domain/notice.ts";
import type { Announced } from "../usecases/announce.ts";
import type { AnnounceOrdersDeps } from "../usecases/announce-orders.ts";
import type { AnnounceStockDeps } from "../usecases/announce-stock.ts";
import type { AnnounceDelivery } from "../usecases/delivery-ports.ts";
import type { Stores } from "../usecases/ports.ts";

/** What staff who are connected are told of an event, whether or not it became a message. */
export interface Alert {
  readonly eventId: string;
  readonly notice: Notice;
  readonly occurredAt: string;
}

export interface AnnouncingDeps {
  readonly stores: (tx: Tx) => Stores;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly announce: AnnounceDelivery;
  readonly alert: (alert: Alert) => void;
  /** Something waits to be sent. */
  readonly wake: () => void;
}

export const announceDeps = (
  { stores, clock, newId }: AnnouncingDeps,
  tx: Tx,
  events: readonly Pick<EventEnvelope, "id" | "requestid" | "traceparent">[] = [],
): AnnounceOrdersDeps & AnnounceStockDeps => {
  const { deliveries, chats, stockTold, backInStock, staffCards } = stores(tx);
  const origins = new Map(events.map((event) => [event.id, originOf(event)]));
  const originOfEvent = (eventId: string) => origins.get(eventId) ?? null;
  return { deliveries, chats, stockTold, backInStock, staffCards, clock, newId, originOf: originOfEvent };
};

/** What follows once the deliveries are stored: the worker wakes once, whoever watches is told of each. */
export const afterAnnouncing =
  (
    { announce, alert, wake }: AnnouncingDeps,
    events: readonly { readonly id: string; readonly time: string }[],
    { deliveries, alerts }: Announced,
  ): AfterCommit =>
  () => {
    if (deliveries.length > 0) wake();
    for (const delivery of deliveries) announce(delivery);
    for (const [i, { id, time }] of events.entries()) {
      const notice = alerts[i] ?? null;
      if (notice !== null) alert({ eventId: id, notice, occurredAt: time });
    }
  };
