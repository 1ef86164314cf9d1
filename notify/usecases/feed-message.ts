import { z } from "zod";
import { channels } from "../domain/channel.ts";
import { type Delivery, deliveryClasses, deliveryStates } from "../domain/delivery.ts";
import { type Locale, locales } from "../domain/locale.ts";
import { type Notice, subjectOf, templates, withoutPlace } from "../domain/notice.ts";

const textsSchema = z.record(z.enum(locales), z.string());

/** A notification as clients see it, but for its text. */
export const notificationSchema = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  class: z.enum(deliveryClasses),
  channel: z.enum(channels),
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

/** An alert as it goes over the channel: with its text in every language, since listeners differ in theirs. */
export const alertMessageSchema = z.object({ alert: alertSchema, texts: textsSchema });
export type AlertMessage = z.infer<typeof alertMessageSchema>;

/** Where a page of the list ended. */
export const positionSchema = z.uuid();

/** Puts a notice into words, without markup. */
export type Describe = (notice: Notice, locale: Locale) => string;

const notificationOf = ({ notice, ...delivery }: Delivery): Notification => ({
  id: delivery.id,
  userId: delivery.userId,
  class: delivery.class,
  channel: delivery.channel,
  template: notice.template,
  subject: subjectOf(notice),
  state: delivery.state,
  attempts: delivery.attempts,
  reason: delivery.reason,
  createdAt: delivery.createdAt.toISOString(),
  updatedAt: delivery.updatedAt.toISOString(),
});

/** Who reads, and in what language. */
export interface Reader {
  readonly userId: string;
  readonly locale: Locale;
}

/** A delivery in the reader's language; what tells where a person is, and what they sign in with, is for that person alone. */
export const shownTo = (
  delivery: Delivery,
  { userId, locale }: Reader,
  describe: Describe,
): Notification & { readonly text: string } => {
  const notice = delivery.userId === userId ? delivery.notice : withoutPlace(delivery.notice);
  return { ...notificationOf(delivery), text: describe(notice, locale) };
};

const textsOf = (notice: Notice, describe: Describe) => ({
  en: describe(notice, "en"),
  ar: describe(notice, "ar"),
});

/** The message about an event that staff watch. */
export const alertMessage = (
  alert: { readonly eventId: string; readonly notice: Notice; readonly occurredAt: string },
  describe: Describe,
): AlertMessage => ({
  alert: {
    eventId: alert.eventId,
    template: alert.notice.template,
    subject: subjectOf(alert.notice),
    occurredAt: alert.occurredAt,
  },
  texts: textsOf(alert.notice, describe),
});
