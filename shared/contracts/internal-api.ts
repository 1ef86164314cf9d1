import { z } from "zod";
import { orderStatuses, productSnapshotSchema, userSnapshotSchema } from "./events.ts";
import { moneySchema } from "./money.ts";
import { roles } from "./permissions.ts";

/** Internal calls carry this header with `INTERNAL_TOKEN`; the gateway never forwards `/internal/`. */
export const INTERNAL_TOKEN_HEADER = "x-internal-token";

/** Milliseconds that the caller is still willing to wait, so that nobody works for an answer no one awaits. */
export const DEADLINE_HEADER = "x-deadline-ms";
/** On the answer of a process that starts or stops: it has done nothing with the request, so another may take it. */
export const NOT_TAKEN_HEADER = "x-kiosk-not-taken";

// ── inventory ────────────────────────────────────────────────────────────────────────────────────────────────

const reservationLineSchema = z.object({ sku: z.string(), quantity: z.int().positive() });

/**
 * `PUT /internal/reservations/{orderId}` with lines, `ttlSeconds` (null: until released or fulfilled) and an optional
 * `revision`. Idempotent by order id: the same lines again answer the same, and a null life makes a hold permanent. Other
 * lines replace those that are held, all or none of the difference, under a higher revision only; a lower one is refused
 * (`CONFLICT`), so that a late call changes nothing.
 */
export const reservationHeldSchema = z.object({
  orderId: z.uuid(),
  status: z.literal("held"),
  lines: z.array(reservationLineSchema),
  expiresAt: z.iso.datetime().nullable(),
});

const shortageSchema = z.object({ sku: z.string(), requested: z.int(), available: z.int() });

/** 409 of the same call: not enough (`OUT_OF_STOCK`), as members of the problem. */
export const reservationShortSchema = z.object({
  code: z.literal("OUT_OF_STOCK"),
  shortages: z.array(shortageSchema),
});

/**
 * `POST /internal/reservations/{orderId}/release`, `…/fulfil` and `…/return` (fulfilled goods that come back). Releasing
 * what never was is remembered.
 */
export const reservationEndedSchema = z.object({
  orderId: z.uuid(),
  status: z.enum(["released", "fulfilled", "expired", "returned"]),
});

// ── auth, called by notify and by whoever keeps a replica of users ───────────────────────────────────────────

/** The Telegram account that acts, as the bot saw it. */
export interface TelegramAccount {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string | null;
  readonly username: string | null;
  readonly languageCode: string | null;
}

/** `POST /internal/telegram/links`: a person opened the bot by a sign-in link. */
export interface OpenLinkRequest {
  readonly nonce: string;
  readonly account: TelegramAccount;
}
/** What the bot should do next. `code-sent`: auth has had the code delivered. */
export const openLinkAnswerSchema = z.object({
  outcome: z.enum(["code-sent", "contact-needed", "unknown-link", "taken", "blocked", "try-later"]),
});

/** `POST /internal/telegram/contacts`: a person shared their own contact, and notify has checked that it is theirs. */
export interface BindContactRequest {
  readonly phone: string;
  readonly account: TelegramAccount;
}
export const bindContactAnswerSchema = z.object({
  outcome: z.enum([
    "code-sent",
    "bound",
    "other-phone",
    "nothing-pending",
    "invalid-phone",
    "blocked",
    "try-later",
  ]),
});

/** `POST /internal/telegram/refused-contacts`: a contact proved nothing. It is written down as a security event, and nothing else happens. */
export interface RefusedContact {
  /** Who sent it; null where it came in a channel's name. */
  readonly telegramUserId: number | null;
  /** Which condition it broke, in a word. */
  readonly problem: string;
}
export const refusedContactAnswerSchema = z.object({ outcome: z.literal("recorded") });

/** `POST /internal/challenges/{challengeId}/deny`: the person tapped "Not me". */
export interface DenyChallengeRequest {
  readonly telegramUserId: number;
}
export const denyChallengeAnswerSchema = z.object({ outcome: z.enum(["denied", "unknown"]) });

/** `POST /internal/sessions/{sessionId}/deny`: the person tapped "Not me" below the notice of a sign-in. The answer is the same. */
export type DenySessionRequest = DenyChallengeRequest;

/** What stays of a user or a product that was deleted: enough to know older news of it as old. */
const tombstoneSchema = z.object({ id: z.uuid(), version: z.int().positive() });

/**
 * `POST /internal/telegram/act`: somebody has tapped or typed something in the chat, and notify asks for a token to do it in their
 * name. `own`: what everybody may do with what is theirs; `full`: with the rights of their role (ADR 0048).
 */
export interface ActInChatRequest {
  readonly telegramUserId: number;
  readonly rights: "own" | "full";
}
export const actInChatAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("acting"),
    accessToken: z.string(),
    userId: z.uuid(),
    /** The account's, whatever the token may do. */
    role: z.enum(roles),
    language: z.string(),
    timezone: z.string(),
  }),
  z.object({ outcome: z.enum(["unknown", "blocked"]) }),
]);
export type ActInChatAnswer = z.infer<typeof actInChatAnswerSchema>;

/**
 * `GET /internal/users/{id}` answers `userSnapshotSchema`; `GET /internal/users?cursor=` pages over all by rising id, those
 * that were deleted as `gone`.
 */
export const usersPageSchema = z.object({
  items: z.array(userSnapshotSchema),
  gone: z.array(tombstoneSchema),
  nextCursor: z.string().nullable(),
});
export type UsersPage = z.infer<typeof usersPageSchema>;

/** `GET /internal/sessions/revoked`: what must be refused now, for a service that starts. */
export const revokedSessionsSchema = z.object({
  items: z.array(z.object({ sid: z.uuid(), forgetAfter: z.iso.datetime() })),
});

// ── notify, called by auth ───────────────────────────────────────────────────────────────────────────────────

/**
 * `POST /internal/codes`: deliver a sign-in code to a chat at once. A code is in no table, queue or log, so this is
 * a call and not an event; it is not repeated by itself.
 */
export const deliverCodeRequestSchema = z.object({
  challengeId: z.uuid(),
  chatId: z.int().positive(),
  code: z.string().regex(/^[0-9]{6,8}$/),
  expiresAt: z.iso.datetime(),
  language: z.string().max(35),
  purpose: z.string().max(40),
  /** Where the sign-in was asked for, in words for the person: "Firefox on Linux, 203.0.113.7". */
  askedFrom: z.string().max(200),
});
export type DeliverCodeRequest = z.infer<typeof deliverCodeRequestSchema>;
/** `expired`: it could not be sent in time and was dropped, so another one may be asked for at once, or the link be opened. */
export const deliverCodeAnswerSchema = z.object({
  outcome: z.enum(["sent", "unknown", "unreachable", "expired"]),
});

/** `GET /internal/bot`: how a person reaches the bot. `deepLinkBase` + payload is a link to it. */
export const botInfoSchema = z.object({ username: z.string(), deepLinkBase: z.url() });

// ── orders, called by notify ─────────────────────────────────────────────────────────────────────────────────

/** An order as the shop's people see it over the public routes: `GET /v1/orders/{id}` answers them this, and more. */
export const staffOrderSchema = z.object({
  id: z.uuid(),
  number: z.string(),
  userId: z.uuid(),
  status: z.enum(orderStatuses),
  version: z.int().positive(),
  lines: z.array(z.object({ sku: z.string(), name: z.string(), quantity: z.int(), lineTotal: moneySchema })),
  total: moneySchema,
  note: z.string().nullable(),
  address: z.record(z.string(), z.unknown()).nullable(),
  /** Where they may bring it from here. */
  nextStatuses: z.array(z.enum(orderStatuses)),
  /** Who of them looks after it, by user id. */
  claim: z.object({ by: z.uuid(), at: z.iso.datetime() }).nullable(),
  claimable: z.boolean(),
});
export type StaffOrder = z.infer<typeof staffOrderSchema>;

/**
 * `GET /internal/orders/{id}`: what a card of the shop's people shows, in whatever chat it is; with why, or with what, the order came into
 * its status, in the words of who brought it there.
 */
export const orderCardSchema = staffOrderSchema.extend({ reason: z.string().nullable() });
export type OrderCardData = z.infer<typeof orderCardSchema>;

// ── catalog, called by orders ────────────────────────────────────────────────────────────────────────────────

/**
 * `GET /internal/products?cursor=` pages over all by rising id, those that were deleted as `gone`;
 * `GET /internal/products/lookup?sku=&id=` (repeated) finds some that were not.
 */
export const productsPageSchema = z.object({
  items: z.array(productSnapshotSchema),
  gone: z.array(tombstoneSchema.extend({ sku: z.string() })),
  nextCursor: z.string().nullable(),
});
export type ProductsPage = z.infer<typeof productsPageSchema>;
export const productsFoundSchema = z.object({ items: z.array(productSnapshotSchema) });
