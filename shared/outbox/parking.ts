import type { EventEnvelope } from "../contracts/envelope.ts";
import { newId } from "../kernel/ids.ts";
import type { Database } from "../ports/database.ts";
import { inbox, parkedMessage } from "./schema.ts";

/** What of a malformed message is kept, in characters. */
const MAX_RAW_CHARACTERS = 100_000;

/** A message that could not be handled, and why. */
export interface Malady {
  readonly eventId: string;
  readonly type: string;
  readonly event?: EventEnvelope;
  readonly raw?: string;
  readonly error: string;
  readonly attempts: number;
}

/** An id for what has none: the same message that comes again gets the same id. */
export const malformedId = (queue: string, raw: string): string =>
  Bun.randomUUIDv5(`${queue}\n${raw}`, "oid");

/**
 * Puts a message aside and records it as handled, in one transaction. False when it was handled or parked already.
 */
export const parkMessage = (database: Database, queue: string, at: Date, malady: Malady): Promise<boolean> =>
  database.transaction(async (tx) => {
    const { rowCount } = await tx
      .insert(inbox)
      .values({ queue, eventId: malady.eventId, handledAt: at })
      .onConflictDoNothing();
    if (rowCount !== 1) return false;
    await tx.insert(parkedMessage).values({
      id: newId(),
      queue,
      event: malady.event ?? null,
      // PostgreSQL's text holds no NUL.
      raw: malady.raw?.slice(0, MAX_RAW_CHARACTERS).replaceAll("\0", "\uFFFD") ?? null,
      error: malady.error,
      attempts: malady.attempts,
      parkedAt: at,
    });
    return true;
  });
