import type { Audience, Broadcast, BroadcastDecision, BroadcastState, Draft } from "../domain/broadcast.ts";
import type { Tally } from "../domain/broadcast-tally.ts";
import type { Locale } from "../domain/locale.ts";
import type { NewDelivery } from "./delivery-ports.ts";

/** A call that has the same answer when it comes again: whose, to which route, under which key, with what body. */
export interface IdempotentCall {
  readonly principal: string;
  /** Method and path template. */
  readonly route: string;
  readonly key: string;
  readonly body: unknown;
}

/** What a call writes, all of it or nothing. */
export interface BroadcastWriter {
  add(draft: Draft): Promise<void>;
  enqueue(delivery: NewDelivery, now: Date): Promise<void>;
}

/** Writes down whom a broadcast is for. */
export interface RecipientWriter {
  /**
   * Everybody in the audience who gets offers and can be written to now: nobody joins them later. Answers how many they are; stops
   * at one more than a broadcast may have.
   */
  freeze(broadcastId: string, audience: Audience): Promise<number>;
}

export interface BroadcastFilter {
  readonly state?: BroadcastState | undefined;
  /** The last id of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** How many would get a broadcast now, by the language of their messages. */
export type AudienceCount = Readonly<Record<Locale, number>>;

export interface BroadcastStore {
  /**
   * Does the work once for a call: the same call again is answered what it was answered before. Null: a call without a key, which
   * is done each time. Fails with `IDEMPOTENCY_MISMATCH` for another body under the key, with `CONFLICT` while the first is under way.
   */
  once<Answer>(
    call: IdempotentCall | null,
    work: (writer: BroadcastWriter) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly replayed: boolean }>;
  find(id: string): Promise<Broadcast | null>;
  /** The newest first. */
  list(filter: BroadcastFilter): Promise<Broadcast[]>;
  /**
   * Loads it, locked, and stores what was decided; what waits of one that is paused or cancelled is taken out of the queue, so much of it
   * as goes in one step. Answers it as it is now, or as it was before it was deleted. Fails with `NOT_FOUND`.
   */
  change(
    id: string,
    decide: (broadcast: Broadcast, recipients: RecipientWriter) => Promise<BroadcastDecision>,
    now: Date,
  ): Promise<Broadcast>;
  /** How it ended for whom so far. */
  tally(id: string): Promise<Tally>;
  countAudience(audience: Audience): Promise<AudienceCount>;
}

/** What one step has done. */
export interface Tended {
  /** Deliveries that came into the queue, or were taken out of it. */
  readonly moved: number;
  /** There is more to do at once. */
  readonly more: boolean;
}

/** Brings recipients into the queue of deliveries, a few at a time, and takes back what shall not be sent. Several instances share the work. */
export interface BroadcastFeed {
  /** Of which something may still wait, the one that began first in front. */
  unsettled(): Promise<string[]>;
  /** One bounded step, unless another instance is at it. */
  tend(id: string, now: Date): Promise<Tended>;
}
