import type { Update } from "grammy/types";
import { z } from "zod";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { TtlStore } from "../../shared/ports/ttl-store.ts";
import { type BotCases, createBot } from "./bot.ts";
import { botIdOf, createApi, POLL_TIMEOUT_SECONDS, type TelegramConnection } from "./connection.ts";
import { createBotIdentity } from "./identity.ts";
import { createLease } from "./lease.ts";
import { createPolling } from "./polling.ts";
import type { ShopFacts } from "./screens.ts";
import { createUpdateIntake } from "./update-intake.ts";
import { createWebhookRegistration } from "./webhook.ts";

/** An update as far as it is checked at the door; grammY's types say the rest, and every flow checks what it uses. */
const updateSchema = z.looseObject({ update_id: z.int().nonnegative() });

export interface TelegramOptions {
  readonly connection: TelegramConnection;
  readonly cases: BotCases;
  readonly facts: ShopFacts;
  /** Updates come by webhook; null: by polling. */
  readonly webhook: { readonly publicUrl: string; readonly secret: string } | null;
  readonly takeover: boolean;
  readonly ttlStore: TtlStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly onConflict: () => void;
}

export interface Telegram {
  /** Begins in the background: neither fails nor waits while Telegram is away. */
  start(): void;
  /** Stops taking updates and finishes those under way. */
  stop(): Promise<void>;
  /** How a person reaches the bot. Fails with `UNAVAILABLE` while Telegram has not said who the bot is. */
  describeBot(): Promise<{ username: string; deepLinkBase: string }>;
  /** An update that came by webhook. */
  takeUpdate(update: unknown): Promise<"done" | "not-an-update" | "later">;
  /** Fails while the bot is not known to Telegram. */
  check(): Promise<void>;
}

/** The bot as a whole: its flows, and one of the two ways in which updates come. */
export const createTelegram = (options: TelegramOptions): Telegram => {
  const { connection, webhook, ttlStore, log, takeover, onConflict, newId } = options;
  const botId = botIdOf(connection.token);
  const { bot, handle } = createBot(options);
  const identity = createBotIdentity(bot, log);
  const intake = createUpdateIntake(botId, ttlStore, handle);
  const source =
    webhook === null
      ? createPolling({
          api: createApi(connection, POLL_TIMEOUT_SECONDS),
          identity,
          intake,
          lease: createLease(ttlStore, `notify:poller:${botId}`, newId()),
          takeover,
          log,
          onConflict,
        })
      : createWebhookRegistration({ api: bot.api, identity, ...webhook, log });

  return {
    start: source.start,
    async stop() {
      await source.stop();
      await intake.idle();
    },
    async describeBot() {
      const username = await identity.username();
      return { username, deepLinkBase: connection.deepLinkBase ?? `https://t.me/${username}?start=` };
    },
    async takeUpdate(update) {
      const parsed = updateSchema.safeParse(update);
      if (!parsed.success) return "not-an-update";
      try {
        await identity.username();
        await intake.take(parsed.data as unknown as Update);
        return "done";
      } catch (error) {
        log.warn("an update could not be taken and will come again", {
          updateId: parsed.data.update_id,
          reason: error instanceof Error ? error.name : "unknown",
        });
        return "later";
      }
    },
    async check() {
      if (!identity.known) await identity.username();
    },
  };
};
