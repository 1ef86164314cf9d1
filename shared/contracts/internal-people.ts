import { z } from "zod";

// A person's data: auth asks every service for it, and notify for the last message.

/**
 * `GET /internal/people/{userId}/export?cursor=`: what the service holds about a person, a page of records after the other.
 * `parts` names all kinds of records that it could hold, so that an export shows what was looked for.
 */
export const personExportPageSchema = z.object({
  parts: z.array(z.string()),
  items: z.array(z.object({ part: z.string(), record: z.record(z.string(), z.unknown()) })),
  nextCursor: z.string().nullable(),
});
export type PersonExportPage = z.infer<typeof personExportPageSchema>;

/** Something of a person that stays, and by what right. */
export const keptDataSchema = z.object({
  what: z.string(),
  why: z.string(),
  /** Until when, in words; null: for as long as the books are kept. */
  until: z.string().nullable(),
  count: z.int().nonnegative().nullable(),
});
export type KeptData = z.infer<typeof keptDataSchema>;
export const erasedDataSchema = z.object({ what: z.string(), count: z.int().nonnegative() });
export type ErasedData = z.infer<typeof erasedDataSchema>;

/**
 * `PUT /internal/people/{userId}/erasure`: erase what may not be kept. Idempotent by erasure id: asked again it looks again.
 * `waiting`: ask again, something of the person may still come or is still needed.
 */
export const erasePersonRequestSchema = z.object({
  erasureId: z.uuid(),
  /** The version of the account's end: older news of the person is late. */
  userVersion: z.int().positive(),
  /** The Telegram account that it had, while auth still knows it. */
  telegramUserId: z.int().positive().nullable(),
});
export type ErasePersonRequest = z.infer<typeof erasePersonRequestSchema>;
export const erasePersonAnswerSchema = z.object({
  state: z.enum(["done", "waiting"]),
  /** When to ask again; null when it is done. */
  retryAfterSeconds: z.int().positive().nullable(),
  erased: z.array(erasedDataSchema),
  kept: z.array(keptDataSchema),
});
export type ErasePersonAnswer = z.infer<typeof erasePersonAnswerSchema>;

/**
 * `PUT /internal/people/{userId}/farewell`, to notify: the last message, once everything is erased. Idempotent by erasure id:
 * sent at most once. `later`: it was surely not sent.
 */
export const farewellRequestSchema = z.object({
  erasureId: z.uuid(),
  chatId: z.int().positive(),
  language: z.string().max(35),
});
export type FarewellRequest = z.infer<typeof farewellRequestSchema>;
export const farewellAnswerSchema = z.object({
  outcome: z.enum(["sent", "unknown", "unreachable", "later"]),
});
export type FarewellOutcome = z.infer<typeof farewellAnswerSchema>["outcome"];
