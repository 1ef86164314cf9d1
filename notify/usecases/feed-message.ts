import { z } from "zod";
import { type Delivery, deliveryClasses, deliveryStates } from "../domain/delivery.ts";
import { type Locale, locales } from "../domain/locale.ts";
import { type Notice, subjectOf, templates } from "../domain/notice.ts";

/** Pub/Sub channel on which instances tell each other's listeners what happened. */
export const NOTIFICATION_CHANNEL = "notifications";

const textsSchema = z.record(z.enum(locales), z.string());

/** A notification as clients see it, but for its text. */
export const notificationSchema = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  class: z.enum(deliveryClasses),
  template: z.enum(templates),
  /** What it is about: an order's id or a SKU. */
  subject: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.int(),
  reason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Notification = z.infer<typeof notificationSchema>;

const alertSchema = z.object({
  eventId: z.uuid(),
  template: z.enum(templates),
  subject: z.string(),
  occurredAt: z.iso.datetime(),
});

/** What goes over the channel: texts in every language, since listeners differ in theirs. */
export const feedMessageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("notification"), notification: notificationSchema, texts: textsSchema }),
  z.object({ kind: z.literal("alert"), alert: alertSchema, texts: textsSchema }),
]);
export type FeedMessage = z.infer<typeof feedMessageSchema>;

/** Where a page of the list ended. */
export const positionSchema = z.uuid();

/** Puts a notice into words, without markup. */
export type Describe = (notice: Notice, locale: Locale) => string;

export const notificationOf = ({ notice, ...delivery }: Delivery): Notification => ({
  id: delivery.id,
  userId: delivery.userId,
  class: delivery.class,
  template: notice.template,
  subject: subjectOf(notice),
  state: delivery.state,
  attempts: delivery.attempts,
  reason: delivery.reason,
  createdAt: delivery.createdAt.toISOString(),
  updatedAt: delivery.updatedAt.toISOString(),
});

const textsOf = (notice: Notice, describe: Describe) => ({
  en: describe(notice, "en"),
  ar: describe(notice, "ar"),
});

/** The message about a delivery's state. */
export const deliveryMessage = (delivery: Delivery, describe: Describe): FeedMessage => ({
  kind: "notification",
  notification: notificationOf(delivery),
  texts: textsOf(delivery.notice, describe),
});

/** The message about an event that staff watch. */
export const alertMessage = (
  alert: { readonly eventId: string; readonly notice: Notice; readonly occurredAt: string },
  describe: Describe,
): FeedMessage => ({
  kind: "alert",
  alert: {
    eventId: alert.eventId,
    template: alert.notice.template,
    subject: subjectOf(alert.notice),
    occurredAt: alert.occurredAt,
  },
  texts: textsOf(alert.notice, describe),
});
