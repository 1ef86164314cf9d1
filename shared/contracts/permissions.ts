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
