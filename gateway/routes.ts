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
  "/telegram/webhook": "notify",
};

/** Paths that several services have: all of them are asked, and answered for as one. */
export const sharedRoutes: Readonly<Record<string, readonly ServiceName[]>> = {
  "/v1/ops/parked": consumingServices,
  "/v1/ops/outbox": publishingServices,
};

const isBelow = (prefix: string, pathname: string): boolean =>
  pathname === prefix || pathname.startsWith(`${prefix}/`);

/** The services that share a path, or null. */
export const servicesSharing = (pathname: string): readonly ServiceName[] | null =>
  Object.entries(sharedRoutes).find(([prefix]) => isBelow(prefix, pathname))?.[1] ?? null;

const prefixes = Object.keys(routes).sort((a, b) => b.length - a.length);

/** The service that owns a path, or null: internal routes and whatever else is not listed are not forwarded. */
export const serviceFor = (pathname: string): ServiceName | null => {
  const prefix = prefixes.find((candidate) => isBelow(candidate, pathname));
  return prefix === undefined ? null : (routes[prefix] ?? null);
};
