import { fileURLToPath } from "node:url";
import { type AuthGuard, authGuard } from "../shared/http/auth-guard.ts";
import { parkedRoutes } from "../shared/http/parked-routes.ts";
import { peopleRoutes } from "../shared/http/people-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { parkedCases } from "../shared/outbox/parked-cases.ts";
import { createErasePerson } from "../shared/people/erase-person.ts";
import { createExportPages } from "../shared/people/export-page.ts";
import type { Service, ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { createAuthClient } from "./auth-client.ts";
import { createBroadcastCases } from "./broadcast-cases.ts";
import { buildTelegram } from "./build-telegram.ts";
import { type ChannelConnection, type Channels, createChannels } from "./channels.ts";
import { type NotifyConfig, pacesOf, webhookOf } from "./config.ts";
import { createConsumers } from "./consumers.ts";
import type { Alert } from "./events/announcing.ts";
import { createFeeds } from "./feeds.ts";
import { addDeliveryGauges } from "./gauges.ts";
import { broadcastRoutes } from "./http/broadcast-routes.ts";
import { broadcastRunRoutes } from "./http/broadcast-run-routes.ts";
import { choiceRoutes } from "./http/choice-routes.ts";
import { farewellRoutes } from "./http/farewell-routes.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { mailRoutes } from "./http/mail-routes.ts";
import { notificationRoutes } from "./http/notification-routes.ts";
import { shopWebhookRoutes } from "./http/shop-webhook-routes.ts";
import { streamRoutes } from "./http/stream-routes.ts";
import { webhookRoutes } from "./http/webhook-routes.ts";
import { createPreferenceCases } from "./preference-cases.ts";
import { createPruning } from "./pruning.ts";
import { fillReplicas } from "./replicas.ts";
import { createSending } from "./sending.ts";
import { createCodeMessageStore } from "./store/code-message-store.ts";
import { createFarewellStore } from "./store/farewell-store.ts";
import { createPaceStore } from "./store/pace-store.ts";
import { notifyEraseSteps, notifyParts } from "./store/personal-data.ts";
import { createBindStore } from "./store/sign-in-store.ts";
import { storesOver } from "./store/stores.ts";
import { createTeamGroups, createTeamSending } from "./team-cases.ts";
import { botIdOf, createSendApi, type TelegramConnection } from "./telegram/connection.ts";
import { createMessenger } from "./telegram/messenger.ts";
import { textsFor, wordsOf } from "./telegram/texts/texts.ts";
import { tracedApi } from "./telegram/traced-api.ts";
import { webhookPathSecret } from "./telegram/webhook.ts";
import { sayFarewell } from "./usecases/farewell.ts";
import { alertMessage, type Describe } from "./usecases/feed-message.ts";
import { listNotifications, retryNotification } from "./usecases/notifications.ts";
import type { Render } from "./usecases/try-broadcast.ts";

export type { ChannelConnection } from "./channels.ts";
export { pauseBroadcasts } from "./store/after-restore.ts";
export { chatTable, copiesOfChats } from "./store/chat-copies.ts";
export { type DeliveryStanding, readDeliveryStanding } from "./store/delivery-standing.ts";
export type { TelegramConnection } from "./telegram/connection.ts";

/** The folder of this service's migrations. */
export const notifyMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

export interface NotifyDeps extends ServiceDeps {
  readonly config: NotifyConfig;
  readonly telegram: TelegramConnection;
  readonly channels: ChannelConnection;
}

const describe: Describe = (notice, locale) => wordsOf(notice, textsFor(locale)).text;
const render: Render = (notice, locale) => {
  const { text, markup } = wordsOf(notice, textsFor(locale));
  return { text, html: markup };
};

/** What the rest is built on: stores, the way to auth, the way to Telegram. */
const foundations = (deps: NotifyDeps) => {
  const { database, clock, log, config, telegram, services, internalToken } = deps;
  const client = createServiceClient({
    ...{ service: "auth", fetch: services.auth, internalToken, clock },
    gauge: { metrics: deps.metrics, from: "notify" },
  });
  const botId = botIdOf(telegram.token);
  const paces = pacesOf(config);
  return {
    stores: storesOver(database.db, { botId, paces, resendsUnknown: config.TELEGRAM_RESEND_UNKNOWN }),
    pace: createPaceStore(database.db, botId, paces),
    binds: createBindStore(database.db),
    codeMessages: createCodeMessageStore(database.db),
    auth: createAuthClient(client),
    messenger: createMessenger({
      api: tracedApi(createSendApi(telegram), deps.tracing, telegram.apiRoot),
      ...{ shopName: config.SHOP_NAME, clock, log },
      onUnparsable: deps.metrics
        .counter(
          "notify_unparsable_messages_total",
          "Messages that went out as plain text since Telegram could not read their markup",
          [],
        )
        .bind(null, {}),
    }),
  };
};
type Foundations = ReturnType<typeof foundations>;

/** What auth asks about one person: to tell, to erase, and to say good-bye. */
const personRoutes = ({ database, clock }: NotifyDeps, base: Foundations, guard: AuthGuard) =>
  peopleRoutes(guard, {
    readExport: createExportPages(notifyParts, database.db),
    erase: createErasePerson({ database, clock, steps: notifyEraseSteps }),
  }).use(farewellRoutes(guard, sayFarewell({ ...base, farewells: createFarewellStore(database.db), clock })));

/** What the routes are served by. */
interface Served {
  readonly base: Foundations;
  readonly feeds: ReturnType<typeof createFeeds>;
  readonly worker: ReturnType<typeof createSending>;
  readonly choices: ReturnType<typeof createPreferenceCases>;
  readonly channels: Channels;
  readonly broadcasts: ReturnType<typeof createBroadcastCases>;
  readonly telegram: ReturnType<typeof buildTelegram>;
  readonly consumers: ReturnType<typeof createConsumers>;
}

const addRoutes = (
  app: ReturnType<typeof createServiceApp>,
  own: NotifyDeps,
  guard: AuthGuard,
  { base, feeds, worker, choices, channels, broadcasts, telegram, consumers }: Served,
): void => {
  const { database, clock, log } = own;
  const { changes, feed, alerts } = feeds;
  app
    .use(
      internalRoutes(guard, {
        deliverCode: worker.deliverCode,
        describeBot: () => telegram.describeBot(),
      }),
    )
    .use(
      notificationRoutes(guard, {
        list: listNotifications(base.stores),
        retry: retryNotification({ ...base.stores, clock, wake: worker.wake }),
        describe,
      }),
    )
    .use(choiceRoutes(guard, choices))
    .use(mailRoutes(guard, channels.mailCases))
    .use(shopWebhookRoutes(guard, channels.webhookCases))
    .use(broadcastRoutes(guard, broadcasts.cases))
    .use(broadcastRunRoutes(guard, broadcasts.cases))
    .use(personRoutes(own, base, guard))
    .use(streamRoutes(guard, { feed, alerts, changes, describe, warn: log.warn.bind(log) }))
    .use(
      parkedRoutes(guard, {
        service: "notify",
        log,
        cases: parkedCases({ database, consumers: consumers.all, log }),
      }),
    );
  const webhook = webhookOf(own.config);
  if (webhook !== null) {
    app.use(
      webhookRoutes(guard, {
        pathSecret: webhookPathSecret(webhook.secret),
        headerSecret: webhook.secret,
        take: (update) => telegram.takeUpdate(update),
      }),
    );
  }
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
  const base = foundations(own);
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
  const served = { base, feeds, worker, choices, channels, broadcasts, telegram, consumers };
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
