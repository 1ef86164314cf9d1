import { CLIENT_IP_HEADER } from "../gateway/headers.ts";
import { constantTimeEqual } from "../shared/http/auth-guard.ts";
import { type MetricsPageOptions, metricsPage } from "../shared/http/metrics-page.ts";
import { problemResponse } from "../shared/http/problem.ts";
import { isKioskError, unavailable } from "../shared/kernel/errors.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { PEER_HEADER } from "./remote-service.ts";

/** Answers a request that came from an address. */
export interface Answer {
  (request: Request, clientIp: string): Promise<Response>;
  /** The answer where it is there already, whoever asks; null: ask. */
  readonly atHand?: (request: Request) => Response | null;
}

export const refuse = (error: unknown): Response =>
  problemResponse(
    isKioskError(error) ? error : unavailable("Kiosk cannot answer just now."),
    crypto.randomUUID(),
  );

/**
 * A service on a port of its own. The address of the client is the gateway's word where the gateway proves itself, and
 * otherwise that of the connection: a stranger who reaches the port cannot pretend to be somebody else.
 */
export const serviceDoor = (fetch: ServiceFetch, peerToken: string, metrics: MetricsPageOptions): Answer => {
  const showMetrics = metricsPage(metrics);
  return async (request, clientIp) => {
    if (new URL(request.url).pathname === "/metrics") return showMetrics(request, clientIp).catch(refuse);
    const isPeer = constantTimeEqual(request.headers.get(PEER_HEADER) ?? "", peerToken);
    request.headers.delete(PEER_HEADER);
    if (!isPeer || !request.headers.has(CLIENT_IP_HEADER)) request.headers.set(CLIENT_IP_HEADER, clientIp);
    return fetch(request);
  };
};
