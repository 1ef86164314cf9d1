import { serviceFor, servicesSharing } from "../routes.ts";

/** Routes that take files: a full one is a minute's work, and its answer tells of every row. */
export const FILE_ROUTES: ReadonlySet<string> = new Set(["/v1/products/import", "/v1/stock/receipts"]);
/** Asks all services for everything before its answer begins. */
export const EXPORT_ROUTE = "/v1/users/me/export";
/** Answers that go on for as long as somebody reads them: a place is held to their end. */
const LONG_ANSWERS: ReadonlySet<string> = new Set([EXPORT_ROUTE, "/v1/products/export"]);
const STREAM_ROUTES: ReadonlySet<string> = new Set([
  "/v1/stock/stream",
  "/v1/orders/stream",
  "/v1/notifications/stream",
]);

export const callClasses = [
  "sign-in",
  "checkout",
  "telegram",
  "accounts",
  "catalogue",
  "stock",
  "orders",
  "notices",
  "operations",
  "files",
  "streams",
] as const;

/** What calls are apart by: none takes a place from another class. */
export type CallClass = (typeof callClasses)[number];

const classOfService = {
  auth: "accounts",
  catalog: "catalogue",
  inventory: "stock",
  orders: "orders",
  notify: "notices",
} as const satisfies Record<string, CallClass>;

const isRead = (method: string): boolean => method === "GET" || method === "HEAD";

/**
 * The class of a call, by its method and its path without the query; null for what no service is asked for: health, metrics,
 * pages and unknown addresses, which need no place.
 */
export const classOf = (method: string, pathname: string): CallClass | null => {
  if (STREAM_ROUTES.has(pathname)) return "streams";
  if (FILE_ROUTES.has(pathname) || LONG_ANSWERS.has(pathname)) return "files";
  const service = serviceFor(pathname);
  if (service === null) return servicesSharing(pathname) === null ? null : "operations";
  if (pathname.startsWith("/v1/auth/")) return "sign-in";
  if (pathname.startsWith("/telegram/")) return "telegram";
  if (pathname.startsWith("/v1/ops/")) return "operations";
  // Placing, cancelling, changing: what a customer does with an order.
  return service === "orders" && !isRead(method) ? "checkout" : classOfService[service];
};

/** Whether a place is held until the whole answer has been read, and not only until it begins. */
export const holdsToTheEnd = (callClass: CallClass): boolean =>
  callClass === "streams" || callClass === "files";
