import { isTimezone } from "../../../shared/kernel/timezone.ts";
import type { Locale } from "../../domain/locale.ts";

/** A moment as a person reads it, with the name of the zone: "21 November 2026 at 22:34 UTC". In UTC where the zone is not known here. */
export const shownMoment = (at: string, timezone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    ...{ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
    ...{ timeZone: isTimezone(timezone) ? timezone : "UTC", timeZoneName: "short" },
  }).format(new Date(at));
