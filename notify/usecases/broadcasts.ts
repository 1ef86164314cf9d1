import type { Clock } from "../../shared/kernel/clock.ts";
import { invalid, notFound } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import {
  type Audience,
  BROADCAST_TEXT_MAX,
  type Broadcast,
  type BroadcastState,
  type BroadcastTexts,
  type Draft,
} from "../domain/broadcast.ts";
import { secondsLeft } from "../domain/broadcast-tally.ts";
import { locales } from "../domain/locale.ts";
import { type BroadcastAnswer, type BroadcastView, broadcastAnswer } from "./broadcast-answer.ts";
import type { BroadcastStore, IdempotentCall } from "./broadcast-ports.ts";

/** What a draft says and whom it is for. */
export interface BroadcastContent {
  readonly texts: BroadcastTexts;
  readonly audience: Audience;
}

/** Fails with `VALIDATION` on a text without a word in it, on one that is too long, and where there is none in any language. */
export const assertContent = ({ texts }: Pick<BroadcastContent, "texts">): void => {
  for (const locale of locales) {
    const text = texts[locale];
    if (text === undefined) continue;
    if (text.trim() === "") throw invalid(`/body/texts/${locale}`, "must have a word in it");
    if (text.length > BROADCAST_TEXT_MAX)
      throw invalid(`/body/texts/${locale}`, `must have no more than ${BROADCAST_TEXT_MAX} UTF-16 units`);
  }
  if (locales.every((locale) => texts[locale] === undefined))
    throw invalid("/body/texts", `must have a text in one language at least: ${locales.join(", ")}`);
};

export interface CreateBroadcastDeps {
  readonly broadcasts: Pick<BroadcastStore, "once">;
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * Writes a draft. The same idempotency key again answers the first result, as `replayed`. Fails with `VALIDATION` and with
 * `IDEMPOTENCY_MISMATCH`.
 */
export const createBroadcast =
  ({ broadcasts, clock, newId }: CreateBroadcastDeps) =>
  async (
    content: BroadcastContent,
    by: string,
    call: IdempotentCall | null,
  ): Promise<{ answer: BroadcastAnswer; replayed: boolean }> => {
    assertContent(content);
    const now = clock.now();
    const common = { id: newId(), version: 1, createdBy: by, createdAt: now, updatedAt: now };
    const draft: Draft = { ...content, ...common, state: "draft" };
    return broadcasts.once(call, async (writer) => {
      await writer.add(draft);
      return broadcastAnswer(draft);
    });
  };

export interface ReadBroadcastDeps {
  readonly broadcasts: Pick<BroadcastStore, "find" | "tally">;
  /** The bot's pace in milliseconds a message; 0: none. */
  readonly everyMs: number;
}

/** A broadcast with how far it has come. */
export const viewOf =
  ({
    broadcasts,
    everyMs,
  }: Pick<ReadBroadcastDeps, "everyMs"> & { readonly broadcasts: Pick<BroadcastStore, "tally"> }) =>
  async (found: Broadcast): Promise<BroadcastView> => {
    const answer = broadcastAnswer(found);
    if (found.state === "draft") return { ...answer, progress: null };
    const tally = await broadcasts.tally(found.id);
    const left = found.state === "running" ? secondsLeft(tally, everyMs) : null;
    return { ...answer, progress: { ...tally, recipients: found.recipients, secondsLeft: left } };
  };

/** Fails with `NOT_FOUND`. */
export const readBroadcast =
  (deps: ReadBroadcastDeps) =>
  async (id: string): Promise<BroadcastView> => {
    const found = await deps.broadcasts.find(id);
    if (found === null) throw notFound("broadcast");
    return viewOf(deps)(found);
  };

export interface ListBroadcastsInput {
  readonly state?: BroadcastState | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** A page, newest first, without progress: that is counted for one at a time. `nextBefore` is null at the end. */
export const listBroadcasts =
  ({ broadcasts }: { readonly broadcasts: Pick<BroadcastStore, "list"> }) =>
  async ({ limit, ...filter }: ListBroadcastsInput) => {
    const found = await broadcasts.list({ ...filter, limit: limit + 1 });
    const items = found.slice(0, limit).map(broadcastAnswer);
    return { items, nextBefore: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  };
