import { consumingServices, publishingServices } from "../shared/contracts/operations.ts";
import type { ServiceName } from "../shared/runtime/service.ts";

/** Which service owns which paths. The longest prefix wins; a prefix ends at a slash or at the end of the path. */
export const routes: Readonly<Record<string, ServiceName>> = {
  "/.well-known/jwks.json": "auth",
  "/v1/auth": "auth",
  "/v1/users": "auth",
  "/v1/audit": "auth",
  "/v1/products": "catalog",
  "/v1/categories": "catalog",
  "/v1/stock": "inventory",
  "/v1/reservations": "inventory",
  "/v1/orders": "orders",
  "/v1/ops/sagas": "orders",
  "/v1/notifications": "notify",
  "/v1/broadcasts": "notify",
  "/v1/webhooks": "notify",
  "/telegram/webhook": "notify",
};

/** Paths that several services have: all of them are asked, and answered for as one. */
export const sharedRoutes: Readonly<Record<string, readonly ServiceName[]>> = {
  "/v1/ops/parked": consumingServices,
  "/v1/ops/outbox": publishingServices,
};

const isBelow = (prefix: string, path: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || "/?".includes(path[prefix.length] ?? ""));

/** The services that share a path, or null. */
export const servicesSharing = (pathname: string): readonly ServiceName[] | null =>
  Object.entries(sharedRoutes).find(([prefix]) => isBelow(prefix, pathname))?.[1] ?? null;

/** Where prefixes differ: behind `/v1/`. To look at one letter first spares most of them. */
const LETTER = 4;
const prefixesByLetter = Map.groupBy(
  Object.entries(routes).toSorted(([a], [b]) => b.length - a.length),
  ([prefix]) => prefix.charCodeAt(LETTER),
);

/**
 * The service that owns a path, with its query or without, or null: internal routes and whatever else is not listed are not
 * forwarded.
 */
export const serviceFor = (path: string): ServiceName | null => {
  for (const [prefix, service] of prefixesByLetter.get(path.charCodeAt(LETTER)) ?? [])
    if (isBelow(prefix, path)) return service;
  return null;
};
