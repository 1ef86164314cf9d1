import type { DeliveryStanding } from "../../notify/service.ts";
import type { SagaStanding } from "../../orders/service.ts";
import type { OutboxStanding } from "../../shared/outbox/outbox-standing.ts";
import type { ServiceName } from "../../shared/runtime/service.ts";

/** Age of the oldest event that waits from which on somebody should look, in seconds. */
export const OUTBOX_OLD_SECONDS = 60;
/** How late a delivery may be before somebody should look, in seconds. */
export const DELIVERY_LATE_SECONDS = 300;

/** What the gateway says of a service. */
export interface ServiceAnswer {
  readonly status: string;
  readonly responseTimeMs: number;
  readonly version: string | null;
}

/** What the database of a service says; null where it could not be read. */
export interface Books {
  readonly outbox: OutboxStanding;
  readonly parked: number;
  readonly migrations: { readonly pending: number; readonly unknown: number };
}

export interface Status {
  readonly url: string;
  /** Null when the gateway does not answer. */
  readonly services: Readonly<Partial<Record<ServiceName, ServiceAnswer>>> | null;
  readonly books: Readonly<Record<ServiceName, Books | null>>;
  readonly sagas: SagaStanding | null;
  readonly deliveries: DeliveryStanding | null;
}

const ofBooks = ([service, books]: [string, Books | null]): string[] => {
  if (books === null) return [`${service}: its database cannot be read`];
  const { outbox, parked, migrations } = books;
  return [
    ...(outbox.oldestSeconds > OUTBOX_OLD_SECONDS
      ? [`${service}: events have been waiting for ${Math.round(outbox.oldestSeconds)} s`]
      : []),
    ...(parked > 0 ? [`${service}: ${parked} messages are parked`] : []),
    ...(migrations.pending > 0 ? [`${service}: ${migrations.pending} migrations are to be applied`] : []),
  ];
};

const ofServices = ({ url, services }: Status): string[] => {
  if (services === null) return [`the gateway does not answer at ${url}`];
  const versions = new Set(Object.values(services).flatMap(({ version }) => version ?? []));
  return [
    ...Object.entries(services)
      .filter(([, { status }]) => status !== "ok")
      .map(([service, { status }]) => `${service}: ${status}`),
    ...(versions.size > 1 ? [`several versions run: ${[...versions].toSorted().join(", ")}`] : []),
  ];
};

/** What a person should look at, a sentence each; nothing when all is well. */
export const findingsOf = (status: Status): readonly string[] => {
  const { books, sagas, deliveries } = status;
  return [
    ...ofServices(status),
    ...Object.entries(books).flatMap(ofBooks),
    ...(sagas !== null && sagas.stuck > 0 ? [`orders: ${sagas.stuck} sagas are stuck`] : []),
    ...(deliveries !== null && deliveries.lateSeconds > DELIVERY_LATE_SECONDS
      ? [`notify: a delivery is ${Math.round(deliveries.lateSeconds)} s late`]
      : []),
  ];
};
