/** What a person is to the shop. */
export const roles = ["customer", "staff", "admin"] as const;
export type Role = (typeof roles)[number];

/**
 * Who may call a route. `public` needs no token; `customer` means anybody who is signed in (whose data it is, is the
 * use case's question); `service` is a call from inside with the internal token; `telegram` proves itself by the
 * webhook's secret.
 */
export const audiences = ["public", "customer", "staff", "admin", "service", "telegram"] as const;
export type Audience = (typeof audiences)[number];

const rank: Record<Role, number> = { customer: 1, staff: 2, admin: 3 };

/** True when the role is the wanted one or stands above it. */
export const roleAtLeast = (role: Role, wanted: Role): boolean => rank[role] >= rank[wanted];

/**
 * Everything that goes beyond a person's own data, with the lowest role that may do it: the one table of rights. Which routes
 * a right opens stands in `route-permissions.ts`; a test compares both with the audiences that the routes name.
 */
export const permissions = {
  /** Products and categories; drafts and archived products are seen by who may write them. */
  "catalog.write": "staff",
  /** Exact counters, the ledger and the holds; everybody else sees what is available. */
  "stock.read": "staff",
  "stock.write": "staff",
  "stock.delete": "admin",
  "orders.read-all": "staff",
  /** Along the state machine, cancelling for a customer and changing lines included. */
  "orders.write-all": "staff",
  /** An order that somebody else has claimed; claiming itself is part of writing. */
  "orders.take-claim": "admin",
  "orders.archive": "admin",
  "notifications.read-all": "staff",
  "notifications.retry": "staff",
  /** Which groups get alerts, and of what; asked for in the chat alone. */
  "notifications.groups": "admin",
  /** Writing to many: drafts, sending, pausing, cancelling. */
  "broadcast.send": "admin",
  /** Where the shop's events are posted: whoever sets that reads them all. */
  "webhooks.manage": "admin",
  "ops.read": "staff",
  "ops.replay": "staff",
  /** Giving up an event for good. */
  "ops.drop": "admin",
  "users.read": "admin",
  /** Roles, and blocking. */
  "users.manage": "admin",
  "users.erase": "admin",
  "audit.read": "admin",
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof permissions;

/** True when the role has the right. */
export const may = (role: Role, permission: Permission): boolean =>
  roleAtLeast(role, permissions[permission]);
