import type { Update } from "grammy/types";
import { z } from "zod";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { reasonOf } from "../../shared/outbox/failure.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { noTracing, type Tracing } from "../../shared/ports/tracing.ts";
import { type BotCases, createBot } from "./bot.ts";
import { createApi, POLL_TIMEOUT_SECONDS, type TelegramConnection } from "./connection.ts";
import { createBotIdentity } from "./identity.ts";
import { createPolling, type PollingOptions } from "./polling.ts";
import type { ShopFacts } from "./screens.ts";
import { tracedApi } from "./traced-api.ts";
import { createUpdateIntake, type UpdateIntakeOptions } from "./update-intake.ts";
import { inUpdateTrace } from "./update-trace.ts";
import { createWebhookRegistration } from "./webhook.ts";

/** An update as far as it is checked at the door; grammY's types say the rest, and every flow checks what it uses. */
const updateSchema = z.looseObject({ update_id: z.int().nonnegative() });

export interface TelegramOptions extends Pick<UpdateIntakeOptions, "inbox" | "untilStored"> {
  readonly connection: TelegramConnection;
  readonly cases: BotCases;
  readonly facts: ShopFacts;
  /** Updates come by webhook; null: by polling. */
  readonly webhook: { readonly publicUrl: string; readonly secret: string } | null;
  readonly takeover: boolean;
  /** Of the instances that share the bot, the one that has it polls. */
  readonly pollerLease: PollingOptions["lease"];
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly onConflict: () => void;
  /** Where the spans of updates and of what they cause go; nowhere by default. */
  readonly tracing?: Tracing;
}

export interface Telegram {
  /** Begins in the background: neither fails nor waits while Telegram is away. */
  start(): void;
  /** Stops taking updates and finishes those under way; what is not begun is in the database. */
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
  const { connection, webhook, log, takeover, onConflict, pollerLease: lease } = options;
  const { tracing = noTracing } = options;
  const { bot, handle: handleUpdate } = createBot(options);
  const handle = inUpdateTrace(handleUpdate, tracing);
  tracedApi(bot.api, tracing, connection.apiRoot);
  const identity = createBotIdentity(bot, options.facts, log);
  const intake = createUpdateIntake({ ...options, handle, ready: identity.username });
  const source =
    webhook === null
      ? createPolling({
          ...{ api: createApi(connection, POLL_TIMEOUT_SECONDS), identity, intake },
          ...{ lease, takeover, log, onConflict },
        })
      : createWebhookRegistration({ api: bot.api, identity, ...webhook, log });

  return {
    start() {
      intake.start();
      source.start();
    },
    async stop() {
      await source.stop();
      await intake.stop();
    },
    async describeBot() {
      const username = await identity.username();
      return { username, deepLinkBase: connection.deepLinkBase ?? `https://t.me/${username}?start=` };
    },
    async takeUpdate(update) {
      const parsed = updateSchema.safeParse(update);
      if (!parsed.success) return "not-an-update";
      try {
        await intake.take([parsed.data as unknown as Update]);
        return "done";
      } catch (error) {
        const reason = reasonOf(error);
        log.warn("an update could not be stored and will come again", {
          ...{ updateId: parsed.data.update_id, reason },
        });
        return "later";
      }
    },
    async check() {
      if (!identity.known) await identity.username();
    },
  };
};
