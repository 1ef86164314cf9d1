import { conflict } from "../shared/kernel/errors.ts";
import type { Tx } from "../shared/ports/database.ts";
import type { ChannelDeps, WorkerParts } from "./channel-deps.ts";
import { createWebhookSecret } from "./channel-keys.ts";
import { createChannelWorker } from "./channel-worker.ts";
import { checkedUrl } from "./outbound/checked-url.ts";
import { createWebhookCaller } from "./outbound/webhook-caller.ts";
import { createWebhookQueue } from "./store/channel-queue.ts";
import { createPreferenceStore } from "./store/preference-store.ts";
import { createShopEventQueue } from "./store/shop-event-queue.ts";
import { storesOver } from "./store/stores.ts";
import { createWebhookStore } from "./store/webhook-store.ts";
import { announceToAdmins } from "./usecases/announce.ts";
import { callWebhook } from "./usecases/call-webhook.ts";
import type { WebhookTurn } from "./usecases/channel-ports.ts";
import { createWebhookCases, type WebhookCases } from "./usecases/webhooks.ts";

/** Calls of webhooks at once by a process; each webhook has four of them at most. */
const CALLS_AT_ONCE = 32;
/** An admin is told of a webhook that was switched off by itself, in the transaction that does so. */
export const tellOfWebhook =
  ({ clock, newId }: ChannelDeps) =>
  async (tx: Tx, { webhook, after }: WebhookTurn): Promise<void> => {
    const { deliveries, chats } = storesOver(tx);
    const occasion = `${webhook.id}:${clock.now().getTime()}`;
    await announceToAdmins({ deliveries, chats, clock, newId })(occasion, {
      template: "webhook-off",
      webhookId: webhook.id,
      host: new URL(webhook.url).host,
      cause: after.offReason ?? "failing",
    });
  };

/** The worker of the webhooks, and what the admins do with them. */
export const buildWebhooks = (deps: ChannelDeps, secret: string, parts: WorkerParts, wake: () => void) => {
  const { database, config, auth, describe, clock, newId } = deps;
  const policy = config.WEBHOOKS_PRIVATE === "allow" ? "any" : "public";
  const secretOf = createWebhookSecret(secret);
  const preferences = createPreferenceStore(database);
  return {
    worker: createChannelWorker({
      ...parts,
      queue: createWebhookQueue(database.db),
      attempt: callWebhook({
        ...{ auth, preferences, secretOf, describe, clock },
        caller: createWebhookCaller({ policy }),
      }),
      slots: CALLS_AT_ONCE,
    }),
    cases: createWebhookCases({
      webhooks: createWebhookStore(database),
      events: createShopEventQueue(database.db),
      ...{ secretOf, urlFault: checkedUrl(policy), clock, newId, wake },
    }),
  };
};

const noWebhooks = (): Promise<never> =>
  Promise.reject(conflict("Webhooks are off: set NOTIFY_SECRET to switch them on."));
/** The same where webhooks are off, which say so. */
export const webhooksOff: WebhookCases = {
  ...{ add: noWebhooks, list: noWebhooks, read: noWebhooks, change: noWebhooks },
  ...{ remove: noWebhooks, test: noWebhooks, rotate: noWebhooks },
};
