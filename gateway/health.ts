import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { within } from "../shared/runtime/retry.ts";
import type { ServiceName } from "../shared/runtime/service.ts";

/** Longest wait for one service's word on its health. */
const HEALTH_TIMEOUT_MS = 2_000;

interface ServiceHealth {
  readonly status: "ok" | "down" | "not-ready";
  readonly responseTimeMs: number;
  readonly dependencies?: unknown;
}

const ask = async (
  name: ServiceName,
  fetch: ServiceFetch,
  path: "/health" | "/ready",
): Promise<ServiceHealth> => {
  const startedAt = performance.now();
  const took = () => Math.round((performance.now() - startedAt) * 10) / 10;
  try {
    const asked = fetch(new Request(`http://${name}.internal${path}`));
    const response = await within(asked, HEALTH_TIMEOUT_MS, () => new Error("no answer in time"));
    const { dependencies } = (await response.json()) as { dependencies?: unknown };
    const status = response.ok ? "ok" : "not-ready";
    return { status, responseTimeMs: took(), ...(dependencies === undefined ? {} : { dependencies }) };
  } catch {
    return { status: "down", responseTimeMs: took() };
  }
};

/**
 * Asks every service at once. `/health`: is it alive; `/ready`: is it well, with each dependency. 503 when any is not.
 */
export const checkHealth = async (
  services: Readonly<Record<ServiceName, ServiceFetch>>,
  path: "/health" | "/ready",
): Promise<Response> => {
  const names = Object.keys(services) as ServiceName[];
  const answers = await Promise.all(
    names.map(async (name) => [name, await ask(name, services[name], path)] as const),
  );
  const well = answers.every(([, { status }]) => status === "ok");
  const status = path === "/health" ? (well ? "ok" : "degraded") : well ? "ready" : "not-ready";
  return Response.json(
    { status, services: Object.fromEntries(answers) },
    { status: well ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
};
