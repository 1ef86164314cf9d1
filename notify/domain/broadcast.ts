import type { Locale } from "./locale.ts";

export const broadcastStates = ["draft", "running", "paused", "done", "cancelled"] as const;
export type BroadcastState = (typeof broadcastStates)[number];

/** A text in each language that it was written in: one at least. Plain words, without markup. */
export type BroadcastTexts = Readonly<Partial<Record<Locale, string>>>;

/** Whom it is for, among those who have chosen to get offers. `languages` are those of their messages; null: all. */
export interface Audience {
  readonly languages: readonly Locale[] | null;
}

interface Common {
  readonly id: string;
  /** Counts changes, from 1. */
  readonly version: number;
  readonly texts: BroadcastTexts;
  readonly audience: Audience;
  /** Null where the person has been erased. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface Started extends Common {
  /** Null where the person has been erased. */
  readonly startedBy: string | null;
  readonly startedAt: Date;
  /** How many it was for when it began. */
  readonly recipients: number;
}

export interface Draft extends Common {
  readonly state: "draft";
}
export interface Running extends Started {
  readonly state: "running";
}
export interface Paused extends Started {
  readonly state: "paused";
}
/** Nothing of it waits any more. */
export interface Done extends Started {
  readonly state: "done";
  readonly endedAt: Date;
}
export interface Cancelled extends Started {
  readonly state: "cancelled";
  readonly endedAt: Date;
}

/** What the shop writes to many, from the draft to its end: draft → running ⇄ paused → done or cancelled. */
export type Broadcast = Draft | Running | Paused | Done | Cancelled;

export type BroadcastCommand =
  | { readonly kind: "edit"; readonly texts: BroadcastTexts; readonly audience: Audience }
  | { readonly kind: "delete" }
  /** `recipients`: how many were written down, one at least. */
  | { readonly kind: "start"; readonly by: string; readonly recipients: number }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "cancel" }
  /** Nothing of it waits any more. */
  | { readonly kind: "finish" };

export type BroadcastDecision =
  | { readonly kind: "changed"; readonly broadcast: Broadcast }
  /** It is so already: a command that comes twice does no harm. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "deleted" }
  | { readonly kind: "refused" };

const unchanged: BroadcastDecision = { kind: "unchanged" };
const refused: BroadcastDecision = { kind: "refused" };

/** The next version of it, in this shape. */
const next = <Shape extends Broadcast>(shape: Shape, now: Date): BroadcastDecision => ({
  kind: "changed",
  broadcast: { ...shape, version: shape.version + 1, updatedAt: now },
});

const decideOnDraft = (draft: Draft, command: BroadcastCommand, now: Date): BroadcastDecision => {
  switch (command.kind) {
    case "edit":
      return next({ ...draft, texts: command.texts, audience: command.audience }, now);
    case "delete":
      return { kind: "deleted" };
    case "start": {
      const { by: startedBy, recipients } = command;
      return next({ ...draft, state: "running", startedBy, startedAt: now, recipients }, now);
    }
    case "pause":
    case "resume":
    case "cancel":
    case "finish":
      return refused;
    default:
      return command satisfies never;
  }
};

const decideOnRunning = (running: Running, command: BroadcastCommand, now: Date): BroadcastDecision => {
  switch (command.kind) {
    case "pause":
      return next({ ...running, state: "paused" }, now);
    case "cancel":
      return next({ ...running, state: "cancelled", endedAt: now }, now);
    case "finish":
      return next({ ...running, state: "done", endedAt: now }, now);
    case "start":
    case "resume":
      return unchanged;
    case "edit":
    case "delete":
      return refused;
    default:
      return command satisfies never;
  }
};

const decideOnPaused = (paused: Paused, command: BroadcastCommand, now: Date): BroadcastDecision => {
  switch (command.kind) {
    case "resume":
      return next({ ...paused, state: "running" }, now);
    case "cancel":
      return next({ ...paused, state: "cancelled", endedAt: now }, now);
    case "pause":
      return unchanged;
    // Not even where nothing is left: whoever paused it may want to cancel it.
    case "start":
    case "finish":
    case "edit":
    case "delete":
      return refused;
    default:
      return command satisfies never;
  }
};

const isRepeated = ({ state }: Done | Cancelled, { kind }: BroadcastCommand): boolean =>
  (state === "cancelled" && kind === "cancel") || (state === "done" && kind === "finish");

/** What a command makes of a broadcast. Nothing is changed by what its state does not allow. */
export const decideBroadcast = (
  broadcast: Broadcast,
  command: BroadcastCommand,
  now: Date,
): BroadcastDecision => {
  switch (broadcast.state) {
    case "draft":
      return decideOnDraft(broadcast, command, now);
    case "running":
      return decideOnRunning(broadcast, command, now);
    case "paused":
      return decideOnPaused(broadcast, command, now);
    case "done":
    case "cancelled":
      return isRepeated(broadcast, command) ? unchanged : refused;
    default:
      return broadcast satisfies never;
  }
};

/** The longest text, in UTF-16 units after markup has been read (Bot API, sendMessage). */
export const BROADCAST_TEXT_MAX = 4096;
/** People that one broadcast may be for: writing them down stays one transaction of some seconds. */
export const RECIPIENTS_MAX = 200_000;
/** How long who got what is kept after the end of a broadcast; its counts stay. */
export const BROADCAST_KEEP_DAYS = 30;

/** What somebody who reads in this language gets: English, else Arabic, where it was not written in theirs. Null where nothing was written. */
export const textIn = (texts: BroadcastTexts, locale: Locale): string | null =>
  texts[locale] ?? texts.en ?? texts.ar ?? null;

/** A text in each language; null where nothing was written. */
export const textsInAll = (texts: BroadcastTexts): Readonly<Record<Locale, string>> | null => {
  const [en, ar] = [textIn(texts, "en"), textIn(texts, "ar")];
  return en === null || ar === null ? null : { en, ar };
};

/** What must not happen twice: one broadcast, one person. */
export const broadcastKeyOf = (broadcastId: string, userId: string): string =>
  `broadcast:${broadcastId}:${userId}`;
