import type { AuthGuard } from "../shared/http/auth-guard.ts";
import { parkedRoutes } from "../shared/http/parked-routes.ts";
import { peopleRoutes } from "../shared/http/people-routes.ts";
import type { createServiceApp } from "../shared/http/service-app.ts";
import { parkedCases } from "../shared/outbox/parked-cases.ts";
import { createErasePerson } from "../shared/people/erase-person.ts";
import { createExportPages } from "../shared/people/export-page.ts";
import type { createBroadcastCases } from "./broadcast-cases.ts";
import type { buildTelegram } from "./build-telegram.ts";
import type { Channels } from "./channels.ts";
import { webhookOf } from "./config.ts";
import type { createConsumers } from "./consumers.ts";
import type { createFeeds } from "./feeds.ts";
import type { Foundations, NotifyDeps } from "./foundations.ts";
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
import type { createPreferenceCases } from "./preference-cases.ts";
import type { createSending } from "./sending.ts";
import { createFarewellStore } from "./store/farewell-store.ts";
import { notifyEraseSteps, notifyParts } from "./store/personal-data.ts";
import { webhookPathSecret } from "./telegram/webhook.ts";
import { sayFarewell } from "./usecases/farewell.ts";
import type { Describe } from "./usecases/feed-message.ts";
import { listNotifications, retryNotification } from "./usecases/notifications.ts";

/** What auth asks about one person: to tell, to erase, and to say good-bye. */
const personRoutes = ({ database, clock }: NotifyDeps, base: Foundations, guard: AuthGuard) =>
  peopleRoutes(guard, {
    readExport: createExportPages(notifyParts, database.db),
    erase: createErasePerson({ database, clock, steps: notifyEraseSteps }),
  }).use(farewellRoutes(guard, sayFarewell({ ...base, farewells: createFarewellStore(database.db), clock })));

/** What the routes are served by. */
export interface Served {
  readonly describe: Describe;
  readonly base: Foundations;
  readonly feeds: ReturnType<typeof createFeeds>;
  readonly worker: ReturnType<typeof createSending>;
  readonly choices: ReturnType<typeof createPreferenceCases>;
  readonly channels: Channels;
  readonly broadcasts: ReturnType<typeof createBroadcastCases>;
  readonly telegram: ReturnType<typeof buildTelegram>;
  readonly consumers: ReturnType<typeof createConsumers>;
}

/** Adds every route of notify; the one for Telegram only where a webhook is configured. */
export const addRoutes = (
  app: ReturnType<typeof createServiceApp>,
  own: NotifyDeps,
  guard: AuthGuard,
  { describe, base, feeds, worker, choices, channels, broadcasts, telegram, consumers }: Served,
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
