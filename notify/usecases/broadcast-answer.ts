import type { Broadcast, BroadcastState, BroadcastTexts } from "../domain/broadcast.ts";
import type { Tally } from "../domain/broadcast-tally.ts";
import type { Locale } from "../domain/locale.ts";

/** A broadcast as clients see it; moments are RFC 3339. */
export interface BroadcastAnswer {
  readonly id: string;
  readonly state: BroadcastState;
  readonly version: number;
  readonly texts: BroadcastTexts;
  readonly audience: { readonly languages: Locale[] | null };
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly startedBy: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** How many it was for when it began; null before. */
  readonly recipients: number | null;
}

/** How far a broadcast has come. */
export interface Progress extends Tally {
  readonly recipients: number;
  /** Until the last is sent, at the bot's pace, if it sends nothing else; null while it does not run and where there is no pace. */
  readonly secondsLeft: number | null;
}

export interface BroadcastView extends BroadcastAnswer {
  /** Null before it begins. */
  readonly progress: Progress | null;
}

export const broadcastAnswer = (broadcast: Broadcast): BroadcastAnswer => {
  const started = broadcast.state === "draft" ? null : broadcast;
  const { languages } = broadcast.audience;
  const endedAt = "endedAt" in broadcast ? broadcast.endedAt.toISOString() : null;
  return {
    id: broadcast.id,
    state: broadcast.state,
    version: broadcast.version,
    texts: broadcast.texts,
    audience: { languages: languages === null ? null : [...languages] },
    createdBy: broadcast.createdBy,
    createdAt: broadcast.createdAt.toISOString(),
    updatedAt: broadcast.updatedAt.toISOString(),
    startedBy: started?.startedBy ?? null,
    startedAt: started?.startedAt.toISOString() ?? null,
    endedAt,
    recipients: started?.recipients ?? null,
  };
};
