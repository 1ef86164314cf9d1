import { createSessionGuard, type SessionGuard } from "../shared/http/session-guard.ts";
import { clockOffBy } from "../shared/kernel/clock.ts";
import { newId } from "../shared/kernel/ids.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import { addPoolGauge } from "../shared/runtime/pool-gauge.ts";
import { type Service, type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import type { Closers } from "./closers.ts";
import { addressesOfService, type BootConfig } from "./config.ts";
import type { Drivers } from "./open-drivers.ts";
import { remoteService } from "./remote-service.ts";
import type { ServiceBlueprint } from "./services.ts";
import { tracedDrivers, tracedReach } from "./traced.ts";
import type { TracingOf } from "./tracing.ts";

export interface CompositionOptions {
  readonly config: BootConfig;
  readonly blueprints: Partial<Record<ServiceName, ServiceBlueprint>>;
  readonly drivers: Drivers;
  readonly closers: Closers;
  readonly metrics: Metrics;
  readonly tracingOf: TracingOf;
  readonly log: Logger;
  readonly version: string;
}

export interface Composition {
  /** The databases of these services. */
  readonly databases: readonly Database[];
  /** The services of this process, in the order in which they start. */
  readonly services: readonly Service[];
  readonly sessionGuard: SessionGuard;
  /** Every service, here or at its addresses. */
  readonly reach: Readonly<Record<ServiceName, ServiceFetch>>;
}

/** A service of this process is called directly, also by those that were made before it; another by HTTP. */
const createReach = (
  config: BootConfig,
  local: ReadonlyMap<ServiceName, Service>,
  blueprints: CompositionOptions["blueprints"],
) => {
  const reachOf = (name: ServiceName): ServiceFetch => {
    if (blueprints[name] === undefined)
      return remoteService(addressesOfService(config, name), config.INTERNAL_TOKEN);
    const fetch = async (request: Request) => {
      const service = local.get(name);
      if (!service) throw new Error(`${name} has not been made yet`);
      return service.fetch(request);
    };
    const atHand: ServiceFetch["atHand"] = (read) => local.get(name)?.fetch.atHand?.(read) ?? null;
    return Object.assign(fetch, { atHand });
  };
  return Object.fromEntries(serviceNames.map((name) => [name, reachOf(name)])) as Record<
    ServiceName,
    ServiceFetch
  >;
};

/** Makes the services of this process over the drivers, joined by fetch. Nothing starts yet. */
export const composeServices = (options: CompositionOptions): Composition => {
  const { config, blueprints, drivers, closers, metrics, tracingOf, log, version } = options;
  const local = new Map<ServiceName, Service>();
  const reach = createReach(config, local, blueprints);
  const internalToken = config.INTERNAL_TOKEN;
  const clock = clockOffBy(config.CLOCK_OFF_MS);
  const sessionGuard = createSessionGuard({
    issuer: config.JWT_ISSUER,
    clock,
    pubSub: drivers.pubSub,
    auth: reach.auth,
    authClient: createServiceClient({
      service: "auth",
      fetch: reach.auth,
      internalToken,
      clock,
    }),
    log,
  });
  const databases: Database[] = [];
  for (const name of serviceNames) {
    const blueprint = blueprints[name];
    if (!blueprint) continue;
    const tracing = tracingOf(name);
    const database = drivers.database(name).open(tracing);
    closers.defer(`the database of ${name}`, () => database.close());
    addPoolGauge(metrics, database);
    const service = blueprint.create({
      ...tracedDrivers(drivers, tracing, config),
      ...{ database, metrics, tracing, version, internalToken, newId },
      clock,
      log,
      verify: sessionGuard.verify,
      services: tracedReach(reach, tracing),
    });
    local.set(name, service);
    databases.push(database);
  }
  return { databases, services: [...local.values()], sessionGuard, reach };
};
