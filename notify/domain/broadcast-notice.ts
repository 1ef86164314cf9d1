import type { Locale } from "./locale.ts";

/** What the shop writes to many: in words already, since people wrote them. */
export interface BroadcastNotice {
  readonly template: "broadcast";
  readonly broadcastId: string;
  readonly texts: Readonly<Record<Locale, string>>;
  /** Somebody has asked for it themselves, to see how it looks. */
  readonly test?: true;
}
