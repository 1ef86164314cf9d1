import type { EventOf } from "../../shared/contracts/events.ts";
import type { AfterCommit, BatchHandler, EventHandlers } from "../../shared/outbox/inbox.ts";
import type { OnParked } from "../../shared/outbox/parking.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { STUCK_SAGAS } from "../domain/parked-alert.ts";
import type { ParkedAlertStore } from "../usecases/ports.ts";
import { type TellOfParkedDeps, type ToldOfParked, tellOfParked } from "../usecases/tell-of-parked.ts";
import { type AnnouncingDeps, announceDeps } from "./announcing.ts";

export interface ParkedTellingDeps extends AnnouncingDeps {
  readonly parkedAlerts: (tx: Tx) => ParkedAlertStore;
}

type MessageParked = EventOf<"catalog.message-parked" | "orders.message-parked">;

export const tellingDeps = (deps: ParkedTellingDeps, tx: Tx): TellOfParkedDeps => ({
  ...announceDeps(deps, tx),
  alerts: deps.parkedAlerts(tx),
});

/** What follows once the alerts are stored. */
export const afterTelling =
  ({ announce, alert, wake }: AnnouncingDeps, { deliveries, alerts }: ToldOfParked): AfterCommit =>
  () => {
    if (deliveries.length > 0) wake();
    for (const delivery of deliveries) announce(delivery);
    for (const told of alerts) alert(told);
  };

/** Messages that another service has parked. */
export const onParkedMessages = (deps: ParkedTellingDeps): EventHandlers => {
  const tell: BatchHandler<MessageParked> = {
    async batch(events, tx) {
      const messages = events.map(({ data: { queue, type } }) => ({ queue, type }));
      return afterTelling(deps, await tellOfParked(tellingDeps(deps, tx))(messages));
    },
  };
  return { "catalog.message-parked": tell, "orders.message-parked": tell };
};

/** Orders that do not get on. */
export const onStuckSagas = (deps: ParkedTellingDeps): EventHandlers => {
  const tell: BatchHandler<EventOf<"saga.stuck">> = {
    async batch(events, tx) {
      const orders = events.map(({ data: { number } }) => ({ queue: STUCK_SAGAS, type: number }));
      return afterTelling(deps, await tellOfParked(tellingDeps(deps, tx))(orders));
    },
  };
  return { "saga.stuck": tell };
};

/**
 * A message that notify itself has parked, which may be the news of a parked one: so this makes no event, and an alert of
 * an alert is the last of its kind. One that cannot be written is not tried again.
 */
export const onOwnParked =
  (deps: ParkedTellingDeps): OnParked =>
  async (tx, { queue, type }) =>
    afterTelling(deps, await tellOfParked(tellingDeps(deps, tx))([{ queue, type }]));
