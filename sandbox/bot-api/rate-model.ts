import type { World } from "../state/world.ts";
import { tooManyRequests } from "./errors.ts";
import { type CallParameters, textParameter } from "./parameters.ts";

/** So many calls at once, and then one more in each period. */
export interface RateLimit {
  burst: number;
  periodMs: number;
}

/**
 * Telegram's limits as far as they are told (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this):
 * one message a second to a chat with short bursts, 30 a second in all, 20 a minute to a group.
 */
export const RATE_LIMITS = {
  chat: { burst: 3, periodMs: 1_000 },
  all: { burst: 30, periodMs: 1_000 / 30 },
  group: { burst: 20, periodMs: 3_000 },
} as const satisfies Record<string, RateLimit>;

/** What counts: messages and their edits. */
const COUNTED = new Set([
  "sendMessage",
  "sendPhoto",
  "editMessageText",
  "editMessageCaption",
  "editMessageReplyMarkup",
]);
/** A call that does not wait makes the wait so much longer, */
const IMPATIENCE_MS = 1_000;
/** … up to this. */
const WAIT_LIMIT_MS = 3_600_000;
/** Periods are no whole milliseconds; clocks are. */
const CLOCK_TICK_MS = 1;
/** Meters kept, two for a group and one for a person; the one used longest ago is forgotten first. */
const METERS_LIMIT = 20_000;

/** How much of a limit is used, as the time at which nothing of it is any more. */
interface Meter {
  emptyAtMs: number;
  /** Until when everything is refused. */
  blockedUntilMs: number;
}

export interface RateModel {
  isOn(): boolean;
  set(on: boolean): void;
  /** Counts a call, or fails with 429 and the seconds to wait. Does nothing while the model is off. */
  take(method: string, parameters: CallParameters): void;
  /** Forgets what was counted, and is on or off as in the beginning. */
  reset(): void;
}

/** Refuses calls that come too fast, as Telegram does; on by request only, for nobody's tests should wait by accident. */
export function createRateModel(world: World, onAtFirst: boolean): RateModel {
  const meters = new Map<string, Meter>();
  let isOn = onAtFirst;

  const meterOf = (key: string): Meter => {
    const meter = meters.get(key) ?? { emptyAtMs: 0, blockedUntilMs: 0 };
    meters.delete(key);
    meters.set(key, meter);
    for (const oldest of meters.keys()) {
      if (meters.size <= METERS_LIMIT) break;
      meters.delete(oldest);
    }
    return meter;
  };

  return {
    isOn: () => isOn,
    set(on) {
      if (on !== isOn) meters.clear();
      isOn = on;
    },
    take(method, parameters) {
      const chatId = textParameter(parameters, "chat_id");
      if (!isOn || !COUNTED.has(method) || chatId === "") return;
      const now = world.clock.now().getTime();
      const keys: [key: string, limit: RateLimit][] = [
        [chatId, RATE_LIMITS.chat],
        ["all", RATE_LIMITS.all],
        ...(chatId.startsWith("-")
          ? [[`group ${chatId}`, RATE_LIMITS.group] satisfies [string, RateLimit]]
          : []),
      ];
      const asked = keys.map(([key, limit]) => ({ meter: meterOf(key), limit }));
      const waitMs = Math.max(...asked.map(({ meter, limit }) => waitOf(meter, limit, now)));
      if (waitMs > 0) throw tooManyRequests(Math.ceil(waitMs / 1_000));
      for (const { meter, limit } of asked) meter.emptyAtMs = Math.max(meter.emptyAtMs, now) + limit.periodMs;
    },
    reset() {
      meters.clear();
      isOn = onAtFirst;
    },
  };
}

/** How long this meter makes a call wait, 0 for not at all; one that came too early is remembered. */
function waitOf(meter: Meter, { burst, periodMs }: RateLimit, now: number): number {
  if (meter.blockedUntilMs > now) {
    meter.blockedUntilMs = Math.min(now + WAIT_LIMIT_MS, meter.blockedUntilMs + IMPATIENCE_MS);
    return meter.blockedUntilMs - now;
  }
  const freeAtMs = meter.emptyAtMs - (burst - 1) * periodMs;
  if (freeAtMs - now < CLOCK_TICK_MS) return 0;
  // Whole seconds, as that is what the answer says.
  meter.blockedUntilMs = now + Math.ceil((freeAtMs - now) / 1_000) * 1_000;
  return meter.blockedUntilMs - now;
}
