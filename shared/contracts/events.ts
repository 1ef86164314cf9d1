import { z } from "zod";
import type { EventEnvelope } from "./envelope.ts";
import { moneySchema } from "./money.ts";

/** A user as other services may know them. */
export const userSnapshotSchema = z.object({
  id: z.uuid(),
  version: z.int().positive(),
  phone: z.string().nullable(),
  telegramUserId: z.int().positive().nullable(),
  name: z.string(),
  username: z.string().nullable(),
  email: z.string().nullable(),
  language: z.string(),
  timezone: z.string(),
  role: z.enum(["customer", "staff", "admin"]),
  status: z.enum(["active", "blocked"]),
  createdAt: z.iso.datetime(),
});
export type UserSnapshot = z.infer<typeof userSnapshotSchema>;

/** A product as other services may know it. */
export const productSnapshotSchema = z.object({
  id: z.uuid(),
  version: z.int().positive(),
  sku: z.string(),
  slug: z.string(),
  name: z.string(),
  price: moneySchema,
  status: z.enum(["draft", "active", "archived"]),
  categoryId: z.uuid().nullable(),
});
export type ProductSnapshot = z.infer<typeof productSnapshotSchema>;

export const orderStatuses = [
  "pending",
  "confirmed",
  "rejected",
  "packed",
  "shipped",
  "delivered",
  "cancelled",
  "returned",
] as const;
const orderStatusSchema = z.enum(orderStatuses);

const orderLineSnapshotSchema = z.object({
  id: z.uuid(),
  sku: z.string(),
  productId: z.uuid(),
  name: z.string(),
  quantity: z.int().positive(),
  unitPrice: moneySchema,
  lineTotal: moneySchema,
});

const orderSnapshotSchema = z.object({
  id: z.uuid(),
  number: z.string(),
  userId: z.uuid(),
  status: orderStatusSchema,
  version: z.int().positive(),
  lines: z.array(orderLineSnapshotSchema),
  total: moneySchema,
  createdAt: z.iso.datetime(),
});
export type OrderSnapshot = z.infer<typeof orderSnapshotSchema>;

/** Who caused a change: a person by user id, or the system. */
const actorSchema = z.object({
  kind: z.enum(["user", "staff", "system"]),
  id: z.string().nullable(),
});
export type Actor = z.infer<typeof actorSchema>;

const orderEventSchema = z.object({
  order: orderSnapshotSchema,
  previousStatus: orderStatusSchema.nullable(),
  actor: actorSchema,
  reason: z.string().nullable(),
});

/** A message that the publishing service could not handle, and has put aside. */
const messageParkedSchema = z.object({
  /** The parked message's own id. */
  id: z.uuid(),
  queue: z.string(),
  /** The message's type; `malformed` where it was no event. */
  type: z.string(),
});

const deletedSchema = z.object({ id: z.uuid(), version: z.int().positive() });

/** Every event there is, by type, with the contract of its data. The number is the contract's version. */
export const eventContracts = {
  "user.created": { exchange: "auth.events", version: 1, data: z.object({ user: userSnapshotSchema }) },
  "user.updated": { exchange: "auth.events", version: 1, data: z.object({ user: userSnapshotSchema }) },
  "user.deleted": { exchange: "auth.events", version: 1, data: deletedSchema },
  /** The person lets the bot write to them, without having opened it: agreed to when signing in. */
  "user.chat-opened": {
    exchange: "auth.events",
    version: 1,
    data: z.object({ userId: z.uuid(), telegramUserId: z.int().positive() }),
  },
  /** Somebody else has proved the phone that the person had: their account goes on without it. */
  "user.phone-released": { exchange: "auth.events", version: 1, data: z.object({ userId: z.uuid() }) },
  /** A sign-in on a device that the account has not been used on of late, of which its owner is to be told. */
  "session.new-device": {
    exchange: "auth.events",
    version: 1,
    data: z.object({
      sid: z.uuid(),
      userId: z.uuid(),
      /** The program and the system, in words: "Firefox on Linux". */
      device: z.string().max(200),
      /** Where it was, as far as the address tells; null where that is not known. */
      place: z.string().max(64).nullable(),
      /** The person's time zone, a name of the IANA database. */
      timezone: z.string().max(64),
    }),
  },
  /** A code is of no use any more, before its time is over: its message in the chat is to say so. */
  "code.closed": {
    exchange: "auth.events",
    version: 1,
    data: z.object({
      challengeId: z.uuid(),
      userId: z.uuid(),
      /** What it was used for; null where too many wrong ones were typed in its place. */
      use: z
        .object({
          /** The session that began with it, or in which it confirmed something. */
          sid: z.uuid(),
          purpose: z.string().max(40),
          /** The program and the system, in words: "Firefox on Linux". */
          device: z.string().max(200),
          place: z.string().max(64).nullable(),
          /** The person's time zone, a name of the IANA database. */
          timezone: z.string().max(64),
        })
        .nullable(),
    }),
  },
  "session.revoked": {
    exchange: "auth.events",
    version: 1,
    data: z.object({
      sid: z.uuid(),
      userId: z.uuid(),
      reason: z.enum(["logout", "logout-all", "reuse", "admin", "blocked", "rebound", "deleted"]),
      /** When the last access token of the session ends: nobody need remember it longer. */
      forgetAfter: z.iso.datetime(),
      /** The device of the session in words, where its owner is to be told of the end: after `reuse`. */
      device: z.string().max(200).optional(),
    }),
  },
  "product.created": {
    exchange: "catalog.events",
    version: 1,
    data: z.object({ product: productSnapshotSchema }),
  },
  "product.updated": {
    exchange: "catalog.events",
    version: 1,
    data: z.object({ product: productSnapshotSchema }),
  },
  "product.deleted": {
    exchange: "catalog.events",
    version: 1,
    data: deletedSchema.extend({ sku: z.string() }),
  },
  "catalog.message-parked": { exchange: "catalog.events", version: 1, data: messageParkedSchema },
  "stock.low": {
    exchange: "inventory.events",
    version: 1,
    data: z.object({ sku: z.string(), available: z.int(), threshold: z.int(), version: z.int() }),
  },
  "stock.restocked": {
    exchange: "inventory.events",
    version: 1,
    data: z.object({
      sku: z.string(),
      available: z.int(),
      version: z.int(),
      /** True where customers may be told and the shop's people need not: the stock flutters around a bound. */
      quiet: z.boolean().optional(),
    }),
  },
  "order.created": { exchange: "orders.events", version: 1, data: orderEventSchema },
  "order.confirmed": { exchange: "orders.events", version: 1, data: orderEventSchema },
  "order.rejected": { exchange: "orders.events", version: 1, data: orderEventSchema },
  "order.status-changed": { exchange: "orders.events", version: 1, data: orderEventSchema },
  "order.cancelled": { exchange: "orders.events", version: 1, data: orderEventSchema },
  /** The quantities of a confirmed order have changed, and its stock with them. */
  "order.lines-changed": { exchange: "orders.events", version: 1, data: orderEventSchema },
  /** Somebody of the shop's people has taken the order on, or has given it back. */
  "order.claim-changed": { exchange: "orders.events", version: 1, data: orderEventSchema },
  /** A step of an order's saga has been asked for so often that a person should look. It goes on by itself. */
  "saga.stuck": {
    exchange: "orders.events",
    version: 1,
    data: z.object({
      orderId: z.uuid(),
      number: z.string(),
      /** What is being done about the order. */
      step: z.string().max(32),
      attempts: z.int().positive(),
    }),
  },
  "orders.message-parked": { exchange: "orders.events", version: 1, data: messageParkedSchema },
} as const satisfies Record<string, { exchange: string; version: number; data: z.ZodType }>;

export type EventType = keyof typeof eventContracts;
export type EventData<T extends EventType> = z.infer<(typeof eventContracts)[T]["data"]>;

/** An event whose data has passed its contract. */
export type KnownEvent = {
  [T in EventType]: Omit<EventEnvelope, "type" | "data"> & { type: T; data: EventData<T> };
}[EventType];

/** The event of one type. */
export type EventOf<T extends EventType> = Extract<KnownEvent, { type: T }>;

const isEventType = (type: string): type is EventType => Object.hasOwn(eventContracts, type);

/**
 * Checks an envelope's data against the contract of its type. Answers `null` for a type that this version does not
 * know (a newer publisher: not an error), throws a ZodError where the data breaks its contract.
 */
export const readEvent = (envelope: EventEnvelope): KnownEvent | null => {
  if (!isEventType(envelope.type)) return null;
  const data = eventContracts[envelope.type].data.parse(envelope.data);
  return { ...envelope, data } as KnownEvent;
};

/** Who publishes where and which queues listen: declared before the first publish, so that nothing is unroutable. */
export const topology = [
  { exchange: "auth.events", queues: ["orders.auth-events", "notify.auth-events"] },
  { exchange: "catalog.events", queues: ["orders.catalog-events", "notify.catalog-events"] },
  { exchange: "inventory.events", queues: ["notify.inventory-events"] },
  { exchange: "orders.events", queues: ["catalog.orders-events", "notify.orders-events"] },
] as const;
