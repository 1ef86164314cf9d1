import {
  tracedBus,
  tracedLimits,
  tracedPubSub,
  tracedService,
  tracedTtlStore,
} from "../shared/drivers/traced-ports.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import type { Tracing } from "../shared/ports/tracing.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import type { BootConfig } from "./config.ts";
import type { Drivers } from "./open-drivers.ts";

type Ports = Pick<Drivers, "bus" | "pubSub" | "ttlStore" | "limits">;

/** The drivers as one part of this process has them: with its spans where it is traced, else themselves. */
export const tracedDrivers = (
  { bus, pubSub, ttlStore, limits }: Ports,
  tracing: Tracing,
  { REDIS_URL, RABBITMQ_URL }: Pick<BootConfig, "REDIS_URL" | "RABBITMQ_URL">,
): Ports => {
  if (!tracing.isOn) return { bus, pubSub, ttlStore, limits };
  const shared = REDIS_URL === undefined ? "in_process" : "redis";
  return {
    bus: tracedBus(bus, tracing, RABBITMQ_URL === undefined ? "in_process" : "rabbitmq"),
    pubSub: tracedPubSub(pubSub, tracing, shared),
    ttlStore: tracedTtlStore(ttlStore, tracing, shared),
    limits: tracedLimits(limits, tracing, shared),
  };
};

/** The services as one part of this process calls them. */
export const tracedReach = (
  reach: Readonly<Record<ServiceName, ServiceFetch>>,
  tracing: Tracing,
): Readonly<Record<ServiceName, ServiceFetch>> => {
  if (!tracing.isOn) return reach;
  const traced = Object.entries(reach).map(([to, fetch]) => [to, tracedService(fetch, tracing, to)]);
  return Object.fromEntries(traced) as Record<ServiceName, ServiceFetch>;
};
