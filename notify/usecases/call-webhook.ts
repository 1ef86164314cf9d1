import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { ChannelResult } from "../domain/channel-result.ts";
import { type Delivery, SWITCHED_OFF } from "../domain/delivery.ts";
import { type Locale, localeOf } from "../domain/locale.ts";
import { withoutPlace } from "../domain/notice.ts";
import { verdictOn } from "../domain/preferences.ts";
import type { Webhook } from "../domain/webhook.ts";
import type { ShopEventNotice } from "../domain/webhook-notice.ts";
import type { ClaimedDelivery, WebhookCaller, WebhookSecret } from "./channel-ports.ts";
import type { Describe } from "./feed-message.ts";
import type { AuthService } from "./ports.ts";
import type { PreferenceStore } from "./preference-ports.ts";

export interface CallWebhookDeps {
  readonly auth: Pick<AuthService, "findUser">;
  readonly preferences: Pick<PreferenceStore, "find">;
  readonly secretOf: WebhookSecret;
  readonly caller: WebhookCaller;
  readonly describe: Describe;
  readonly clock: Clock;
}

/** What a receiver is told of an event of the shop. `sequence` says which of two about one subject is the newer. */
const eventBody = (id: string, notice: ShopEventNotice): object => {
  const { type, subject, sequence, occurredAt, reason, data } = notice;
  const own = notice.orderId === null ? data : { ...data, reason };
  return { id, type, timestamp: occurredAt, sequence, subject, data: own };
};

/** What a receiver is to hand on to a person. Where somebody has signed in, and with what, is not a receiver's business. */
const messageBody = async (
  { auth, preferences, describe, clock }: CallWebhookDeps,
  { id, userId, notice: told, createdAt }: Delivery,
  { includePhone }: Webhook,
): Promise<object | ChannelResult> => {
  const user = await auth.findUser(userId);
  if (user === null) return { kind: "suppressed", reason: "no such user" };
  const chosen = await preferences.find(userId);
  const verdict = verdictOn(told, { preferences: chosen, timezone: user.timezone }, clock.now());
  if (chosen.channels.webhook !== true || verdict.kind === "off")
    return { kind: "suppressed", reason: SWITCHED_OFF };
  const language: Locale = localeOf(chosen.language ?? user.language);
  const notice = withoutPlace(told);
  const { template, ...data } = notice;
  return {
    ...{ id, type: "notification", timestamp: createdAt.toISOString(), userId },
    ...(includePhone ? { phone: user.phone } : {}),
    ...{ language, text: describe(notice, language), template, data },
  };
};

/** The secrets that count now, the present one first. */
const secretsFor = (
  { id, secretVersion, previousUntil }: Webhook,
  secretOf: WebhookSecret,
  now: Date,
): string[] => {
  const isPreviousValid = previousUntil !== null && previousUntil > now && secretVersion > 1;
  return [secretOf(id, secretVersion), ...(isPreviousValid ? [secretOf(id, secretVersion - 1)] : [])];
};

const isResult = (value: object): value is ChannelResult => "kind" in value;

/** Posts what was claimed to its webhook. What cannot be looked up now is surely not sent, and waits. */
export const callWebhook =
  (deps: CallWebhookDeps) =>
  async ({ delivery, webhook }: ClaimedDelivery): Promise<ChannelResult> => {
    if (webhook === null) return { kind: "suppressed", reason: "the webhook was deleted" };
    const { notice } = delivery;
    const body = await (notice.template === "shop-event"
      ? Promise.resolve(eventBody(delivery.id, notice))
      : messageBody(deps, delivery, webhook)
    ).catch((error: unknown): ChannelResult => {
      if (!isKioskError(error, "UNAVAILABLE")) throw error;
      return { kind: "unready", reason: error.message };
    });
    if (isResult(body)) return body;
    const at = deps.clock.now();
    return deps.caller.post({
      ...{ id: delivery.id, url: webhook.url, body: JSON.stringify(body), at },
      secrets: secretsFor(webhook, deps.secretOf, at),
    });
  };
