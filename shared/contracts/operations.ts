/** Services that consume events, and so may have parked messages. */
export const consumingServices = ["catalog", "orders", "notify"] as const;
export type ConsumingService = (typeof consumingServices)[number];

/** Services that publish events, each from an outbox of its own. */
export const publishingServices = ["auth", "catalog", "inventory", "orders"] as const;
export type PublishingService = (typeof publishingServices)[number];
