import { isTimezone } from "../../../shared/kernel/timezone.ts";
import type { Locale } from "../../domain/locale.ts";

/** A moment as a person reads it, with the name of the zone: "21 November 2026 at 22:34 UTC". In UTC where the zone is not known here. */
export const shownMoment = (at: string, timezone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    ...{ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
    ...{ timeZone: isTimezone(timezone) ? timezone : "UTC", timeZoneName: "short" },
  }).format(new Date(at));

/** The same for what happened lately: "21 Nov, 22:34". */
export const shownRecent = (at: Date, timezone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    ...{ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
    timeZone: isTimezone(timezone) ? timezone : "UTC",
  }).format(at);

/** A day: "Saturday, 21 November". */
export const shownDay = (at: Date, timezone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    ...{ weekday: "long", day: "numeric", month: "long" },
    timeZone: isTimezone(timezone) ? timezone : "UTC",
  }).format(at);
