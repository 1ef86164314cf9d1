import type { Locale } from "../../domain/locale.ts";
import type { ShopEventNotice, WebhookOffNotice } from "../../domain/webhook-notice.ts";
import { type Html, html, lines } from "../html.ts";
import { isolate } from "./isolate.ts";

const english = {
  off: ({ host, webhookId, cause }: WebhookOffNotice): Html =>
    lines(
      html`🔌 <b>The webhook to ${host} was switched off</b>`,
      cause === "gone"
        ? html`Its receiver answered that it wants nothing any more (410).`
        : html`Its receiver has taken nothing for a day.`,
      html`Once that is mended, switch it on: <code>PATCH /v1/webhooks/${webhookId}</code>`,
    ),
  event: ({ type, subject }: ShopEventNotice): Html => html`${type} of ${subject}, for a webhook`,
};

const arabic: typeof english = {
  off: ({ host, webhookId, cause }) =>
    lines(
      html`🔌 <b>تم إيقاف إشعارات ${isolate(host)}</b>`,
      cause === "gone"
        ? html`أجاب المستقبِل بأنه لا يريد شيئاً بعد الآن (410).`
        : html`لم يستقبل شيئاً منذ يوم.`,
      html`بعد الإصلاح شغّلها من جديد: <code>PATCH /v1/webhooks/${webhookId}</code>`,
    ),
  event: ({ type, subject }) => html`${isolate(type)}، ${isolate(subject)}، إلى نظام آخر`,
};

/** What is told of webhooks, which few ever read. */
export const webhookTextsFor = (locale: Locale): typeof english => (locale === "ar" ? arabic : english);
