import type { VerifyToken } from "../http/auth-guard.ts";
import type { Clock } from "../kernel/clock.ts";
import type { NewId } from "../kernel/ids.ts";
import type { Database } from "../ports/database.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { Limits } from "../ports/limits.ts";
import type { Logger } from "../ports/logger.ts";
import type { PubSub } from "../ports/pub-sub.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import type { Tracing } from "../ports/tracing.ts";
import type { TtlStore } from "../ports/ttl-store.ts";
import type { LongLived } from "./lifecycle.ts";
import type { Metrics } from "./metrics.ts";

export const serviceNames = ["auth", "catalog", "inventory", "orders", "notify"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** A service as everybody else sees it: one fetch handler with a life. */
export interface Service extends LongLived {
  readonly name: ServiceName;
  readonly fetch: ServiceFetch;
}

/** What every service is given. What only one needs stands beside it in that service's own options. */
export interface ServiceDeps {
  readonly database: Database;
  readonly bus: EventBus;
  readonly pubSub: PubSub;
  readonly ttlStore: TtlStore;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where this service's spans go. The ports above have theirs already. */
  readonly tracing: Tracing;
  /** Verifies access tokens, revoked sessions included. */
  readonly verify: VerifyToken;
  readonly internalToken: string;
  /** The other services, in this process or over HTTP. */
  readonly services: Readonly<Record<ServiceName, ServiceFetch>>;
  readonly version: string;
}
