import type { Database } from "../ports/database.ts";
import type { Metrics } from "../runtime/metrics.ts";
import type { Backlog } from "./backlog.ts";
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

/** Shows how many events wait, as of the last look: an outage is over when it is 0 again. */
export const addBacklogGauge = (metrics: Metrics, service: string, backlog: Pick<Backlog, "unsent">): void =>
  metrics.gauge(
    "outbox_unpublished_events",
    "Events that are not published, counted up to the cap of the outbox",
    { service },
    async () => backlog.unsent,
  );

/** Shows how many messages a service could not handle; NaN while its database is away. */
export const addParkedGauge = (metrics: Metrics, service: string, { db }: Database): void =>
  metrics.gauge(
    "parked_messages",
    "Messages that could not be handled and wait for a person",
    { service },
    () => countParked(db).catch(() => Number.NaN),
  );
