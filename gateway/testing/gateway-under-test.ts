import { createMemoryLimits } from "../../shared/drivers/memory-limits.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import type { BodyKeeping } from "../bounded-body.ts";
import { createGateway } from "../gateway.ts";

/** A gateway over fetch handlers of a test; a service that is not named answers `{ service }`. */
export const gatewayUnderTest = (
  handlers: Partial<Record<ServiceName, ServiceFetch>> = {},
  bodies: BodyKeeping = {},
) => {
  const polite =
    (service: ServiceName): ServiceFetch =>
    async () =>
      Response.json({ service });
  const services = Object.fromEntries(
    serviceNames.map((name) => [name, handlers[name] ?? polite(name)]),
  ) as Record<ServiceName, ServiceFetch>;
  const metrics = createMetrics();
  const gateway = createGateway({
    config: { ALLOWED_ORIGINS: ["https://shop.example"], RATE_LIMITS: false },
    services,
    sandbox: null,
    limits: createMemoryLimits(),
    clock: systemClock,
    log: silentLogger(),
    metrics,
    version: "0.0.0",
    bodies,
  });
  /** As the HTTP server does it: what is at hand first. */
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(`http://kiosk.example${path}`, init);
    return gateway.atHand?.(request) ?? gateway(request, "127.0.0.1");
  };
  return {
    gateway,
    call,
    /** A figure of the metrics, by the beginning of its line. */
    async figure(line: string): Promise<number> {
      const text = await metrics.registry.metrics();
      const found = text.split("\n").find((candidate) => candidate.startsWith(`${line} `));
      return Number(found?.slice(line.length + 1) ?? Number.NaN);
    },
  };
};

/** A service that answers nobody until it is told to. */
export const hangingService = () => {
  const waiting: ((response: Response) => void)[] = [];
  const signals: AbortSignal[] = [];
  const late = () => Response.json({ late: true });
  let released = false;
  const fetch: ServiceFetch = async (request) => {
    signals.push(request.signal);
    return released ? late() : new Promise((resolve) => waiting.push(resolve));
  };
  return {
    fetch,
    /** Of each request that came, in order. */
    signals,
    underWay: () => waiting.length,
    /** Answers all who wait, and from now on everybody. */
    release(): void {
      released = true;
      for (const answer of waiting.splice(0)) answer(late());
    },
  };
};
