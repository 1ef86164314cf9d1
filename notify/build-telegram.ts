import { createLease } from "../shared/outbox/lease.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { type BotCasesBase, createBotCases } from "./bot-cases.ts";
import type { NotifyConfig } from "./config.ts";
import type { AnnouncingDeps } from "./events/announcing.ts";
import { addUpdateGauges, addWebhookGauges } from "./gauges.ts";
import { createPollConflicts } from "./poll-conflicts.ts";
import { factsOf } from "./shop-facts.ts";
import { createStaffMenus } from "./staff-menus.ts";
import { createUpdateStore } from "./store/update-store.ts";
import { botIdOf, createSendApi, type TelegramConnection } from "./telegram/connection.ts";
import { POLLER_LEASE_MS } from "./telegram/polling.ts";
import { createMenuSetter } from "./telegram/staff-menu.ts";
import { createTelegram, type Telegram, type TelegramOptions } from "./telegram/telegram.ts";
import { createWebhookWatch, WEBHOOK_WATCH_LEASE_MS } from "./telegram/webhook-watch.ts";
import { createUntilStored } from "./until-stored.ts";

export interface BuildTelegramOptions extends ServiceDeps {
  readonly config: NotifyConfig;
  readonly telegram: TelegramConnection;
  readonly webhook: TelegramOptions["webhook"];
  readonly base: BotCasesBase;
  readonly alert: AnnouncingDeps["alert"];
}

/** The bot, and the menus of the shop's people. */
export interface BuiltTelegram extends Telegram {
  /** Roles may have changed, and with them menus. */
  wakeMenus(): void;
}

/** Null where updates do not come by webhook. */
const buildWebhookWatch = (
  { telegram, webhook, database, metrics, log }: BuildTelegramOptions,
  botId: string,
) => {
  if (webhook === null) return null;
  const watch = createWebhookWatch({
    api: createSendApi(telegram),
    lease: createLease(database, WEBHOOK_WATCH_LEASE_MS, `telegram-webhook-watch:${botId}`),
    log,
  });
  addWebhookGauges({ metrics }, watch.standing);
  return watch;
};

/** The bot, with the place where its updates are kept and what decides which instance fetches them. */
export const buildTelegram = (options: BuildTelegramOptions): BuiltTelegram => {
  const { telegram: connection, config, database, metrics, base } = options;
  const botId = botIdOf(connection.token);
  const inbox = createUpdateStore(database.db, botId);
  const tellOfConflict = createPollConflicts({ ...options, ...base, botId });
  const countConflict = metrics.counter(
    "notify_poll_conflicts_total",
    "Polls that another consumer ended",
    [],
  );
  const stopped = new AbortController();
  addUpdateGauges(options, inbox);
  const watch = buildWebhookWatch(options, botId);
  const telegram = createTelegram({
    ...options,
    ...{ connection, inbox, facts: factsOf(config), takeover: config.TELEGRAM_TAKEOVER },
    untilStored: createUntilStored(stopped.signal),
    pollerLease: createLease(database, POLLER_LEASE_MS, `telegram-poller:${botId}`),
    onConflict() {
      countConflict({});
      void tellOfConflict();
    },
    cases: createBotCases(options, base),
  });
  const setter = createMenuSetter(createSendApi(connection), options.log);
  const menus = createStaffMenus({ ...options, setter, botId });
  return {
    ...telegram,
    wakeMenus: menus.wake,
    start() {
      telegram.start();
      menus.start();
      watch?.start();
    },
    async stop() {
      await Promise.all([telegram.stop(), menus.stop(), watch?.stop()]);
      stopped.abort();
    },
  };
};
