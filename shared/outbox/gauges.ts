import type { Database } from "../ports/database.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { countParked } from "./parked.ts";
import type { Relay } from "./relay.ts";

/** Shows how far the outbox of one service is behind, in seconds; NaN while its database is away. */
export const addOutboxGauge = (metrics: Metrics, service: string, relay: Pick<Relay, "lagSeconds">): void =>
  metrics.gauge(
    "outbox_oldest_unpublished_seconds",
    "Age of the oldest event that is not published, in seconds",
    { service },
    () => relay.lagSeconds().catch(() => Number.NaN),
  );

/** Shows how many messages a service could not handle; NaN while its database is away. */
export const addParkedGauge = (metrics: Metrics, service: string, { db }: Database): void =>
  metrics.gauge(
    "parked_messages",
    "Messages that could not be handled and wait for a person",
    { service },
    () => countParked(db).catch(() => Number.NaN),
  );
