import type { Clock } from "../../shared/kernel/clock.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { BROADCAST_TEXT_MAX, type Broadcast, textIn, textsInAll } from "../domain/broadcast.ts";
import type { BroadcastNotice } from "../domain/broadcast-notice.ts";
import { LIFE_MS } from "../domain/delivery.ts";
import { type Locale, locales } from "../domain/locale.ts";
import type { AudienceCount, BroadcastStore, IdempotentCall } from "./broadcast-ports.ts";

/** What a reader sees of a notice, and the markup that Telegram is given. */
export type Render = (
  notice: BroadcastNotice,
  locale: Locale,
) => { readonly text: string; readonly html: string };

/** How it looks to who reads in a language. */
export interface LocalePreview {
  readonly locale: Locale;
  readonly text: string;
  readonly html: string;
  /** UTF-16 units of the text, as Telegram counts them. */
  readonly length: number;
  readonly lengthMax: number;
  readonly fits: boolean;
  /** It was not written in this language: another one stands in. */
  readonly isFallback: boolean;
  /** How many would get it so, now. */
  readonly recipients: number;
}

const find = async (broadcasts: Pick<BroadcastStore, "find">, id: string): Promise<Broadcast> => {
  const found = await broadcasts.find(id);
  if (found === null) throw notFound("broadcast");
  return found;
};

const noticeOf = ({ id, texts }: Broadcast): BroadcastNotice => {
  const all = textsInAll(texts);
  if (all === null) throw new Error("a broadcast has a text in one language at least");
  return { template: "broadcast", broadcastId: id, texts: all };
};

const previewIn = (
  found: Broadcast,
  locale: Locale,
  counts: AudienceCount,
  render: Render,
): LocalePreview => {
  const { text, html } = render(noticeOf(found), locale);
  const { length } = text;
  return {
    ...{ locale, text, html, length, lengthMax: BROADCAST_TEXT_MAX, fits: length <= BROADCAST_TEXT_MAX },
    isFallback: found.texts[locale] === undefined,
    recipients: counts[locale],
  };
};

export interface PreviewBroadcastDeps {
  readonly broadcasts: Pick<BroadcastStore, "find" | "countAudience">;
  readonly render: Render;
}

/** How it will look, and how many would get it now. Sends nothing. Fails with `NOT_FOUND`. */
export const previewBroadcast =
  ({ broadcasts, render }: PreviewBroadcastDeps) =>
  async (id: string): Promise<{ recipients: number; previews: LocalePreview[] }> => {
    const found = await find(broadcasts, id);
    const counts = await broadcasts.countAudience(found.audience);
    const previews = locales.map((locale) => previewIn(found, locale, counts, render));
    return { recipients: previews.reduce((sum, { recipients }) => sum + recipients, 0), previews };
  };

export interface TestBroadcastDeps {
  readonly broadcasts: Pick<BroadcastStore, "find" | "once">;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Something waits to be sent. */
  readonly wake: () => void;
}

export interface TestBroadcastInput {
  readonly id: string;
  /** Who asks, and alone gets it. */
  readonly userId: string;
  /** In which language; null: that of their messages. */
  readonly locale: Locale | null;
  readonly call: IdempotentCall | null;
}

/** The notice with the text of one language for whatever language its reader has. */
const inLocale = (notice: BroadcastNotice, locale: Locale | null, found: Broadcast): BroadcastNotice => {
  const text = locale === null ? null : textIn(found.texts, locale);
  return text === null ? notice : { ...notice, texts: { en: text, ar: text } };
};

/**
 * Sends it to who asks, as it will look: before what waits of broadcasts, whatever they have chosen to be told of. The same idempotency
 * key again sends nothing, and answers the first result as `replayed`. Fails with `NOT_FOUND`.
 */
export const testBroadcast =
  ({ broadcasts, clock, newId, wake }: TestBroadcastDeps) =>
  async ({ id, userId, locale, call }: TestBroadcastInput) => {
    const found = await find(broadcasts, id);
    const now = clock.now();
    const notificationId = newId();
    const sent = await broadcasts.once(call, async (writer) => {
      await writer.enqueue(
        {
          ...{ id: notificationId, dedupeKey: `broadcast-test:${notificationId}`, userId },
          class: "transactional",
          notice: { ...inLocale(noticeOf(found), locale, found), test: true },
          expiresAt: new Date(now.getTime() + LIFE_MS.transactional),
        },
        now,
      );
      return { notificationId };
    });
    wake();
    return sent;
  };
