import { LRUCache } from "lru-cache";
import { botInfoSchema, deliverCodeAnswerSchema } from "../shared/contracts/internal-api.ts";
import { SESSION_CHANNEL } from "../shared/contracts/tokens.ts";
import type { Limits } from "../shared/ports/limits.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { PubSub } from "../shared/ports/pub-sub.ts";
import type { TtlStore } from "../shared/ports/ttl-store.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { Bot } from "./usecases/challenge-ports.ts";
import type { Budgets, GuessWatch, MutedChats } from "./usecases/limit-ports.ts";
import type { AnnounceRevoked } from "./usecases/session-ports.ts";

// The use cases' ports to what is outside of this service: limits, the store of short-lived values, Pub/Sub, notify.

const BOT_INFO_FRESH_MS = 60_000;
const MUTE_MS = 3_600_000;
/**
 * Longer than notify tries to send a code (20 s), so that what became of it is known, and shorter than a connection without an answer lives
 * (30 s). Nobody waits for this call but the bot, which gives it a little more.
 */
const CODE_DEADLINE_MS = 24_000;

/** Wrong codes in the whole shop within a minute; beyond it somebody is guessing. */
const WRONG_CODES = { name: "otp-wrong", points: 60, windowSeconds: 60 } as const;
const WRONG_CODES_SUBJECT = "shop";
const UNDER_ATTACK_KEY = "auth:under-attack";
const UNDER_ATTACK_MS = 600_000;

/** Budgets over the shared counters; `enabled: false` lets everything pass. */
export const createBudgets = (limits: Limits, { enabled }: { readonly enabled: boolean }): Budgets => ({
  async spend(budget, subject) {
    if (!enabled) return null;
    const { allowed, resetSeconds } = await limits.consume(budget, subject);
    return allowed ? null : Math.max(1, resetSeconds);
  },
});

/** Six digits, and eight for ten minutes after wrong codes have passed the limit. */
export const createGuessWatch = (limits: Limits, ttlStore: TtlStore, log: Logger): GuessWatch => ({
  async wrongCode() {
    try {
      const { allowed } = await limits.consume(WRONG_CODES, WRONG_CODES_SUBJECT);
      if (allowed) return;
      await ttlStore.set(UNDER_ATTACK_KEY, "1", UNDER_ATTACK_MS);
      log.warn("Sign-in codes are being guessed: new ones have 8 digits for 10 minutes");
    } catch (error) {
      // The attempt itself is counted in the database: the answer must not differ.
      log.warn("A wrong code could not be counted", { error });
    }
  },
  digits: async () => ((await ttlStore.get(UNDER_ATTACK_KEY)) === null ? 6 : 8),
});

const muteKey = (chatId: number): string => `auth:muted-chat:${chatId}`;

export const createMutedChats = (ttlStore: TtlStore): MutedChats => ({
  mute: (chatId) => ttlStore.set(muteKey(chatId), "1", MUTE_MS),
  isMuted: async (chatId) => (await ttlStore.get(muteKey(chatId))) !== null,
});

/** The bot by way of notify, which alone holds its token. */
export const createBot = (notify: ServiceClient): Bot => {
  const known = new LRUCache<"bot", { readonly deepLinkBase: string }>({ max: 1, ttl: BOT_INFO_FRESH_MS });
  const info = async () => {
    const cached = known.get("bot");
    if (cached) return cached;
    const { data } = await notify.call({
      method: "GET",
      path: "/internal/bot",
      answers: { 200: botInfoSchema },
    });
    known.set("bot", data);
    return data;
  };
  return {
    deepLink: async (payload) => `${(await info()).deepLinkBase}${payload}`,
    async deliverCode({ expiresAt, ...rest }) {
      const { data } = await notify.call({
        method: "POST",
        path: "/internal/codes",
        body: { ...rest, expiresAt: expiresAt.toISOString() },
        answers: { 200: deliverCodeAnswerSchema },
        idempotent: false,
        deadlineMs: CODE_DEADLINE_MS,
      });
      return data.outcome;
    },
  };
};

/** The fast way; the event bus is the sure one. */
export const createAnnounceRevoked =
  (pubSub: PubSub, log: Logger): AnnounceRevoked =>
  async (sessions) => {
    const announced = sessions.map((session) => pubSub.publish(SESSION_CHANNEL, JSON.stringify(session)));
    const failed = (await Promise.allSettled(announced)).filter(({ status }) => status === "rejected");
    if (failed.length > 0) log.warn("Ended sessions were not announced at once", { count: failed.length });
  };
