import { expect } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { OpenNotifyOptions } from "./open-notify.ts";
import { openShop, orderOf } from "./open-shop.ts";
import { openReceiver, type Received } from "./webhook-receiver.ts";

/** Where webhooks are made. */
export const WEBHOOKS = "/v1/webhooks";
export const admin = `admin.${newId()}`;

/** A webhook as an admin sees it. */
export interface ShownWebhook {
  readonly id: string;
  readonly active: boolean;
  readonly failures: number;
  readonly pausedUntil: string | null;
  readonly offReason: string | null;
  readonly lastFailure: string | null;
  readonly signingSecret?: string;
  readonly deliveries: readonly {
    id: string;
    type: string;
    state: string;
    attempts: number;
    reason: string;
  }[];
}

/** A shop with a receiver of its events, and an admin who makes webhooks for it. */
export const openWebhooks = async (options: OpenNotifyOptions = {}) => {
  const { make: another, ...shop } = await openShop(options);
  await shop.known(shop.buyer);
  const receiver = openReceiver();
  const ask = async <Body = ShownWebhook>(method: string, path: string, body?: unknown, as = admin) => {
    const answer = await shop.call(method, path, { as, body });
    const text = await answer.text();
    return { status: answer.status, body: (text === "" ? null : JSON.parse(text)) as Body };
  };
  const make = async (fields: object = {}) => {
    const { status, body } = await ask("POST", WEBHOOKS, {
      url: receiver.url(),
      events: ["order.*"],
      ...fields,
    });
    expect(status).toBe(201);
    return { id: body.id, secret: body.signingSecret ?? "" };
  };
  const read = async (id: string) => (await ask("GET", `${WEBHOOKS}/${id}`)).body;
  return {
    ...{ ...shop, another, receiver, ask, make, read },
    /** An order of the buyer is confirmed. */
    async order(facts: Parameters<typeof orderOf>[1] = {}) {
      const order = orderOf(shop.buyer, facts);
      await shop.confirmed(order, "pending");
      return order;
    },
    untilIs: (id: string, is: (webhook: ShownWebhook) => boolean, what: string) =>
      waitFor(
        async () => {
          const webhook = await read(id);
          return is(webhook) && webhook;
        },
        { what, timeoutMs: 20_000 },
      ),
    async close() {
      await shop.close();
      await receiver.close();
    },
  };
};

/** What a call is named by: the same each time that it is made. */
export const idOf = ({ headers }: Received) => headers.get("webhook-id");
