import { fileURLToPath } from "node:url";
import { authGuard } from "../shared/http/auth-guard.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import type { Service } from "../shared/runtime/service.ts";
import { createBroadcastCases } from "./broadcast-cases.ts";
import { buildTelegram } from "./build-telegram.ts";
import { createChannels } from "./channels.ts";
import { pacesOf, webhookOf } from "./config.ts";
import { createConsumers } from "./consumers.ts";
import type { Alert } from "./events/announcing.ts";
import { createFeeds } from "./feeds.ts";
import { createFoundations, type NotifyDeps } from "./foundations.ts";
import { addDeliveryGauges } from "./gauges.ts";
import { createPreferenceCases } from "./preference-cases.ts";
import { createPruning } from "./pruning.ts";
import { fillReplicas } from "./replicas.ts";
import { addRoutes } from "./routes.ts";
import { createSending } from "./sending.ts";
import { createTeamGroups, createTeamSending } from "./team-cases.ts";
import { textsFor, wordsOf } from "./telegram/texts/texts.ts";
import { alertMessage, type Describe } from "./usecases/feed-message.ts";
import type { Render } from "./usecases/try-broadcast.ts";

export type { ChannelConnection } from "./channels.ts";
export { pauseBroadcasts } from "./store/after-restore.ts";
export { chatTable, copiesOfChats } from "./store/chat-copies.ts";
export { type DeliveryStanding, readDeliveryStanding } from "./store/delivery-standing.ts";
export type { TelegramConnection } from "./telegram/connection.ts";

/** The folder of this service's migrations. */
export const notifyMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

const describe: Describe = (notice, locale) => wordsOf(notice, textsFor(locale)).text;
const render: Render = (notice, locale) => {
  const { text, markup } = wordsOf(notice, textsFor(locale));
  return { text, html: markup };
};

const both = (one: () => void, other: () => void) => () => {
  one();
  other();
};

/** The notify service: the bot, sign-in codes, and the news of orders and stock. */
export const createNotify = (deps: NotifyDeps): Service => {
  const log = deps.log.child({ service: "notify" });
  const own = { ...deps, log };
  const { database, bus, clock, newId, metrics, version } = own;
  const base = createFoundations(own);
  const feeds = createFeeds(own);
  const { feed, announce, alerts } = feeds;
  const groups = createTeamGroups(own, { announce, wake: () => sending.wake() });
  const sending = createSending(own, { ...base, ...createTeamSending(own, groups) }, announce);
  const channels = createChannels({
    ...{ ...own, connection: own.channels, auth: base.auth, announce, describe },
    wakeBot: sending.wake,
  });
  const worker = { ...sending, wake: both(sending.wake, channels.wake) };
  const choices = createPreferenceCases({
    ...{ database, stores: base.stores, clock, wake: worker.wake },
    mail: channels.mailChoice,
  });
  const paces = pacesOf(own.config);
  const broadcasts = createBroadcastCases({ ...own, paces, render, wake: worker.wake });
  const webhook = webhookOf(own.config);
  const alert = (alerted: Alert) => alerts.publish(alertMessage(alerted, describe));
  const telegram = buildTelegram({
    ...{ ...own, webhook, alert },
    base: { ...base, ...worker, groups, announce, choices: choices.inChat },
  });
  const consumers = createConsumers({
    ...{ ...worker, database, bus, clock, newId, log, announce, alert },
    wakeMenus: telegram.wakeMenus,
    channels,
    ...{ metrics: own.metrics, tracing: own.tracing },
  });
  const fills = fillReplicas(own);
  const pruning = createPruning({ database, clock, log, addressDays: own.config.AUDIT_ADDRESS_DAYS });
  addDeliveryGauges(own, base.stores);

  const guard = authGuard(own);
  const app = createServiceApp({
    name: "notify",
    version,
    description: "The Telegram bot: sign-in codes, order cards, alerts.",
    log,
    metrics,
    dependencies: [
      { name: "database", required: true, check: () => database.ping() },
      consumers.dependency,
      { name: "telegram", required: false, check: () => telegram.check() },
    ],
  });
  const served = { describe, base, feeds, worker, choices, channels, broadcasts, telegram, consumers };
  addRoutes(app, own, guard, served);
  return {
    name: "notify",
    fetch: toServiceFetch(app, { name: "notify", log, metrics, tracing: own.tracing }),
    async start() {
      await Promise.all([feed.start(), alerts.start()]);
      await consumers.start();
      // After the queues: whatever is not in a page any more comes as an event.
      fills.start();
      worker.start();
      channels.start();
      broadcasts.feed.start();
      pruning.start();
      telegram.start();
    },
    async stop() {
      // Side by side: each may wait for a send that is under way, and what is not sent stays in its table.
      await Promise.all([
        telegram.stop(),
        consumers.stop(),
        worker.stop(),
        channels.stop(),
        fills.stop(),
        broadcasts.feed.stop(),
      ]);
      pruning.stop();
      await Promise.all([feed.stop(), alerts.stop()]);
    },
  };
};
