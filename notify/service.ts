import { fileURLToPath } from "node:url";
import { type AuthGuard, authGuard } from "../shared/http/auth-guard.ts";
import { parkedRoutes } from "../shared/http/parked-routes.ts";
import { peopleRoutes } from "../shared/http/people-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { addParkedGauge } from "../shared/outbox/gauges.ts";
import { parkedCases } from "../shared/outbox/parked-cases.ts";
import { createErasePerson } from "../shared/people/erase-person.ts";
import { createExportPages } from "../shared/people/export-page.ts";
import type { Service, ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { createAuthClient } from "./auth-client.ts";
import { type BotCasesBase, createBotCases } from "./bot-cases.ts";
import { type NotifyConfig, pacesOf } from "./config.ts";
import { createConsumers } from "./consumers.ts";
import { createDeliveryWorker } from "./delivery-worker.ts";
import { createFeeds } from "./feeds.ts";
import { choiceRoutes } from "./http/choice-routes.ts";
import { farewellRoutes } from "./http/farewell-routes.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { notificationRoutes } from "./http/notification-routes.ts";
import { streamRoutes } from "./http/stream-routes.ts";
import { webhookRoutes } from "./http/webhook-routes.ts";
import { createLaneUpkeep } from "./lane-upkeep.ts";
import { createOutcomeRecorder } from "./outcome-recorder.ts";
import { createPreferenceCases } from "./preference-cases.ts";
import { createPruning } from "./pruning.ts";
import { fillReplicas } from "./replicas.ts";
import { factsOf } from "./shop-facts.ts";
import { createFarewellStore } from "./store/farewell-store.ts";
import { createLaneKeeper } from "./store/lane-rows.ts";
import { createPaceStore } from "./store/pace-store.ts";
import { notifyEraseSteps, notifyParts } from "./store/personal-data.ts";
import { createBindStore, createCodeMessageStore } from "./store/sign-in-store.ts";
import { storesOver } from "./store/stores.ts";
import { botIdOf, createApi, SEND_TIMEOUT_SECONDS, type TelegramConnection } from "./telegram/connection.ts";
import { createMessenger } from "./telegram/messenger.ts";
import { createTelegram } from "./telegram/telegram.ts";
import { textsFor, wordsOf } from "./telegram/texts/texts.ts";
import { webhookPathSecret } from "./telegram/webhook.ts";
import { createUntilStored } from "./until-stored.ts";
import { deliverCode } from "./usecases/deliver-code.ts";
import type { AnnounceDelivery } from "./usecases/delivery-ports.ts";
import { sayFarewell } from "./usecases/farewell.ts";
import { alertMessage, type Describe } from "./usecases/feed-message.ts";
import { listNotifications, retryNotification } from "./usecases/notifications.ts";
import { sendDelivery } from "./usecases/send-delivery.ts";

export { chatTable, copiesOfChats } from "./store/chat-copies.ts";
export type { TelegramConnection } from "./telegram/connection.ts";

/** The folder of this service's migrations. */
export const notifyMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

export interface NotifyDeps extends ServiceDeps {
  readonly config: NotifyConfig;
  readonly telegram: TelegramConnection;
}

const describe: Describe = (notice, locale) => wordsOf(notice, textsFor(locale)).text;

/** Null for polling. The configuration has seen to it that the address does not stand without its secret. */
const webhookOf = ({ TELEGRAM_WEBHOOK_URL: publicUrl, TELEGRAM_WEBHOOK_SECRET: secret }: NotifyConfig) =>
  publicUrl === undefined || secret === undefined ? null : { publicUrl, secret };

/** What the rest is built on: stores, the way to auth, the way to Telegram. */
const foundations = (deps: NotifyDeps) => {
  const { database, clock, log, config, telegram, services, internalToken } = deps;
  const client = createServiceClient({ service: "auth", fetch: services.auth, internalToken, clock });
  const botId = botIdOf(telegram.token);
  const paces = pacesOf(config);
  return {
    stores: storesOver(database.db, { botId, paces }),
    pace: createPaceStore(database.db, botId, paces),
    binds: createBindStore(database.db),
    codeMessages: createCodeMessageStore(database.db),
    auth: createAuthClient(client),
    messenger: createMessenger({
      api: createApi(telegram, SEND_TIMEOUT_SECONDS),
      shopName: config.SHOP_NAME,
      clock,
      log,
    }),
  };
};
type Foundations = ReturnType<typeof foundations>;

const buildTelegram = (
  deps: NotifyDeps,
  base: Foundations,
  queue: Pick<BotCasesBase, "announce" | "wake" | "choices">,
) => {
  const { clock, log, config, ttlStore, metrics, newId } = deps;
  return createTelegram({
    connection: deps.telegram,
    facts: factsOf(config),
    webhook: webhookOf(config),
    takeover: config.TELEGRAM_TAKEOVER,
    ttlStore,
    clock,
    newId,
    log,
    onConflict: () => metrics.count("notify_poll_conflicts_total", "Polls that another consumer ended", {}),
    cases: createBotCases(deps, { ...base, ...queue }),
  });
};

const buildWorker = (deps: NotifyDeps, base: Foundations, announce: AnnounceDelivery) => {
  const { clock, newId, log, metrics, database } = deps;
  const { deliveries, chats } = base.stores;
  const ended = new AbortController();
  const untilStored = createUntilStored(ended.signal);
  const send = sendDelivery({
    ...base,
    chats,
    clock,
    record: createOutcomeRecorder({ deliveries, clock, untilStored }),
    onOutcome: (outcome, { deliveries: [first] }) =>
      metrics.count("notify_sends_total", "Messages handed to Telegram, by class and outcome", {
        class: first?.class ?? "transactional",
        outcome,
      }),
  });
  const worker = createDeliveryWorker({ deliveries, send, announce, clock, newId, log });
  const lanes = createLaneKeeper(database);
  const upkeep = createLaneUpkeep({ lanes, pace: base.pace, clock, log, wake: worker.wake });
  return {
    ...worker,
    start() {
      worker.start();
      upkeep.start();
    },
    async stop() {
      await Promise.all([worker.stop(), upkeep.stop()]);
      ended.abort();
    },
  };
};

/** States that a person may have to look at; of the others there is no end. */
const watchedStates = ["pending", "sending", "unknown", "failed"] as const;

const addGauges = ({ metrics, database }: NotifyDeps, { stores }: Foundations): void => {
  for (const state of watchedStates)
    metrics.gauge("notify_deliveries", "Deliveries by state", { state }, () =>
      stores.deliveries.count(state),
    );
  addParkedGauge(metrics, "notify", database);
};

/** What auth asks about one person: to tell, to erase, and to say good-bye. */
const personRoutes = ({ database, clock }: NotifyDeps, base: Foundations, guard: AuthGuard) =>
  peopleRoutes(guard, {
    readExport: createExportPages(notifyParts, database.db),
    erase: createErasePerson({ database, clock, steps: notifyEraseSteps }),
  }).use(farewellRoutes(guard, sayFarewell({ ...base, farewells: createFarewellStore(database.db), clock })));

/** The notify service: the bot, sign-in codes, and the news of orders and stock. */
export const createNotify = (deps: NotifyDeps): Service => {
  const log = deps.log.child({ service: "notify" });
  const own = { ...deps, log };
  const { database, bus, clock, newId, metrics, version } = own;
  const base = foundations(own);
  const { changes, feed, announce, alerts } = createFeeds(own);
  const worker = buildWorker(own, base, announce);
  const choices = createPreferenceCases({ database, stores: base.stores, clock, wake: worker.wake });
  const telegram = buildTelegram(own, base, { announce, wake: worker.wake, choices: choices.inChat });
  const consumers = createConsumers({
    ...{ database, bus, clock, newId, log, announce, wake: worker.wake },
    alert: (alert) => alerts.publish(alertMessage(alert, describe)),
  });
  const fills = fillReplicas(own);
  const pruning = createPruning({ database, clock, log, addressDays: own.config.AUDIT_ADDRESS_DAYS });
  addGauges(own, base);

  const guard = authGuard(own);
  const webhook = webhookOf(own.config);
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
  })
    .use(
      internalRoutes(guard, {
        deliverCode: deliverCode({ ...base, chats: base.stores.chats, clock }),
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
    .use(personRoutes(own, base, guard))
    .use(streamRoutes(guard, { feed, alerts, changes, describe, warn: log.warn.bind(log) }))
    .use(
      parkedRoutes(guard, {
        service: "notify",
        log,
        cases: parkedCases({ database, consumers: consumers.all, log }),
      }),
    );
  if (webhook !== null) {
    app.use(
      webhookRoutes(guard, {
        pathSecret: webhookPathSecret(webhook.secret),
        headerSecret: webhook.secret,
        take: (update) => telegram.takeUpdate(update),
      }),
    );
  }

  return {
    name: "notify",
    fetch: toServiceFetch(app, { name: "notify", log, metrics }),
    async start() {
      await Promise.all([feed.start(), alerts.start()]);
      await consumers.start();
      // After the queues: whatever is not in a page any more comes as an event.
      fills.start();
      worker.start();
      pruning.start();
      telegram.start();
    },
    async stop() {
      // Side by side: each may wait for a send that is under way, and what is not sent stays in its table.
      await Promise.all([telegram.stop(), consumers.stop(), worker.stop(), fills.stop()]);
      pruning.stop();
      await Promise.all([feed.stop(), alerts.stop()]);
    },
  };
};
