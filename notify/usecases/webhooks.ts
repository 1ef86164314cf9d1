import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, invalid, notFound } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { Delivery } from "../domain/delivery.ts";
import {
  freshHealth,
  PREVIOUS_SECRET_LIFE_MS,
  TEST_EVENT,
  WEBHOOKS_MAX,
  type Webhook,
} from "../domain/webhook.ts";
import type { NewWebhook, ShopEventQueue, WebhookSecret, WebhookStore } from "./channel-ports.ts";

export interface WebhookDeps {
  readonly webhooks: WebhookStore;
  readonly events: Pick<ShopEventQueue, "enqueueFor">;
  readonly secretOf: WebhookSecret;
  /** Why an address cannot be a webhook's; null where it can. */
  readonly urlFault: (url: string) => string | null;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Something waits to be sent. */
  readonly wake: () => void;
}

/** The newest deliveries that are shown with a webhook. */
const RECENT_MAX = 20;

export type WebhookFields = Omit<NewWebhook, "id">;
export type WebhookChange = { readonly [Field in keyof WebhookFields]?: WebhookFields[Field] | undefined };

/** A webhook with the secret that is told once. */
export interface Told {
  readonly webhook: Webhook;
  readonly secret: string;
}

const assertUrl = ({ urlFault }: WebhookDeps, url: string | undefined): void => {
  const fault = url === undefined ? null : urlFault(url);
  if (fault !== null) throw invalid("/url", fault);
};

/** What the admins do with webhooks. All but the making fail with `NOT_FOUND`; an address that cannot be one's, with `VALIDATION`. */
export const createWebhookCases = (deps: WebhookDeps) => {
  const { webhooks, events, secretOf, clock, newId, wake } = deps;
  const known = async (id: string): Promise<Webhook> => {
    const webhook = await webhooks.find(id);
    if (webhook === null) throw notFound("webhook");
    return webhook;
  };
  const changed = async (id: string, change: (before: Webhook) => Webhook): Promise<Webhook> => {
    const webhook = await webhooks.update(id, change, clock.now());
    if (webhook === null) throw notFound("webhook");
    return webhook;
  };
  return {
    /** Fails with `CONFLICT` where there are as many as there may be. */
    async add(fields: WebhookFields): Promise<Told> {
      assertUrl(deps, fields.url);
      const webhook = await webhooks.add({ ...fields, id: newId() }, clock.now());
      if (webhook === null) throw conflict(`There are ${WEBHOOKS_MAX} webhooks already: delete one first.`);
      return { webhook, secret: secretOf(webhook.id, webhook.secretVersion) };
    },
    list: () => webhooks.list(),
    async read(id: string): Promise<{ readonly webhook: Webhook; readonly deliveries: readonly Delivery[] }> {
      return { webhook: await known(id), deliveries: await webhooks.recent(id, RECENT_MAX) };
    },
    /** Switched on, or with another address, it begins anew: what has gone wrong is forgotten. */
    async change(id: string, change: WebhookChange): Promise<Webhook> {
      assertUrl(deps, change.url);
      const fields = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const webhook = await changed(id, (before) => {
        const isNew = change.url !== undefined && change.url !== before.url;
        const isOn = change.active === true && !before.active;
        const { lastSuccessAt, lastFailureAt, lastFailure, active } = before;
        const anew = { ...freshHealth, lastSuccessAt, lastFailureAt, lastFailure, active };
        return { ...before, ...(isNew || isOn ? anew : {}), ...fields };
      });
      wake();
      return webhook;
    },
    async remove(id: string): Promise<void> {
      if (!(await webhooks.remove(id, clock.now()))) throw notFound("webhook");
    },
    /** Puts an event of its own into the queue. Fails with `CONFLICT` where the webhook is switched off. */
    async test(id: string): Promise<Delivery> {
      const webhook = await known(id);
      if (!webhook.active) throw conflict("The webhook is switched off: switch it on first.");
      const now = clock.now();
      const eventId = newId();
      const delivery = await events.enqueueFor(
        id,
        {
          eventId,
          notice: {
            ...{ template: "shop-event", type: TEST_EVENT, subject: id, sequence: 1 },
            ...{ occurredAt: now.toISOString(), orderId: null, reason: null, data: { webhookId: id } },
          },
        },
        now,
      );
      wake();
      return delivery;
    },
    /** A new secret; the one before signs beside it for a day. A second rotation within that day ends the first secret at once. */
    async rotate(id: string): Promise<Told> {
      const previousUntil = new Date(clock.now().getTime() + PREVIOUS_SECRET_LIFE_MS);
      const webhook = await changed(id, (before) => ({
        ...before,
        secretVersion: before.secretVersion + 1,
        previousUntil,
      }));
      return { webhook, secret: secretOf(id, webhook.secretVersion) };
    },
  };
};

export type WebhookCases = ReturnType<typeof createWebhookCases>;
