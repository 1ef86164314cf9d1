import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import type { Breaker, BreakerState } from "../shared/runtime/breaker.ts";
import { within } from "../shared/runtime/retry.ts";
import type { ServiceName } from "../shared/runtime/service.ts";

/** Longest wait for one service's word on its health. */
const HEALTH_TIMEOUT_MS = 2_000;

interface ServiceHealth {
  readonly status: "ok" | "down" | "not-ready";
  readonly responseTimeMs: number;
  /** Of the gateway's own way to the service. */
  readonly breaker: BreakerState;
  readonly dependencies?: unknown;
}

const ask = async (
  name: ServiceName,
  fetch: ServiceFetch,
  path: "/health" | "/ready",
): Promise<Omit<ServiceHealth, "breaker">> => {
  const startedAt = performance.now();
  const took = () => Math.round((performance.now() - startedAt) * 10) / 10;
  try {
    // Whoever is silent is not left with a question for each time that somebody looks.
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    const asked = async () => {
      const response = await fetch(new Request(`http://${name}.internal${path}`, { signal }));
      return { response, body: (await response.json()) as { dependencies?: unknown } };
    };
    const late = () => new Error("no answer in time");
    const { response, body } = await within(asked(), HEALTH_TIMEOUT_MS, late);
    const { dependencies } = body;
    const status = response.ok ? "ok" : "not-ready";
    return { status, responseTimeMs: took(), ...(dependencies === undefined ? {} : { dependencies }) };
  } catch {
    return { status: "down", responseTimeMs: took() };
  }
};

/**
 * Asks every service at once, whatever its breaker says, and so tells the truth within `HEALTH_TIMEOUT_MS`. `/health`: is it alive; `/ready`: is it well, with each dependency. 503 when any is not.
 */
export const checkHealth = async (
  services: Readonly<Record<ServiceName, ServiceFetch>>,
  path: "/health" | "/ready",
  breakers: Readonly<Record<ServiceName, Breaker>>,
): Promise<Response> => {
  const names = Object.keys(services) as ServiceName[];
  const answers = await Promise.all(
    names.map(async (name) => {
      const said = await ask(name, services[name], path);
      return [name, { ...said, breaker: breakers[name].state }] as const;
    }),
  );
  const well = answers.every(([, { status }]) => status === "ok");
  const status = path === "/health" ? (well ? "ok" : "degraded") : well ? "ready" : "not-ready";
  return Response.json(
    { status, services: Object.fromEntries(answers) },
    { status: well ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
};
