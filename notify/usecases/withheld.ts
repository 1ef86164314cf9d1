import { postponed, QUIET_HOURS, type Settlement, SWITCHED_OFF, suppressed } from "../domain/delivery.ts";
import { verdictOn } from "../domain/preferences.ts";
import type { ClaimedMessage, Recipient } from "./delivery-ports.ts";

/** What is withheld of a message, by the deliveries' ids, and how it goes on. */
export type Withheld = ReadonlyMap<string, Settlement>;

/** What the person does not want to be told of, or not now: they may have chosen so while it waited. */
export const withheldFrom = (
  { deliveries }: ClaimedMessage,
  { chat: { timezone }, preferences }: Recipient,
  now: Date,
): Withheld =>
  new Map(
    deliveries.flatMap((delivery): [string, Settlement][] => {
      const verdict = verdictOn(delivery.notice, { preferences, timezone }, now);
      switch (verdict.kind) {
        case "go":
          return [];
        case "off":
          return [[delivery.id, suppressed(SWITCHED_OFF)]];
        case "wait": {
          const delayMs = verdict.until.getTime() - now.getTime();
          return [[delivery.id, postponed(delivery, delayMs, QUIET_HOURS, now)]];
        }
        default:
          return verdict satisfies never;
      }
    }),
  );
