import { Type } from "@sinclair/typebox";
import { idSchema, nullable, pageOf, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import { channels } from "../domain/channel.ts";
import { deliveryClasses, deliveryStates } from "../domain/delivery.ts";
import { templates } from "../domain/notice.ts";

/** One of the texts of a list. The union's own type is lost by `map`, so it is said again. */
export const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      { description, error: `must be one of ${values.join(", ")}` },
    ),
  );

export const stateSchema = oneOf(
  deliveryStates,
  "unknown: it may have arrived, and is not sent again by itself",
);

export const notificationSchema = strictObject(
  {
    id: idSchema,
    userId: Type.String({
      format: "uuid",
      description: "whose it is; of an event of the shop that goes to a webhook, that webhook's id",
    }),
    class: oneOf(deliveryClasses, "what it is for"),
    channel: oneOf(channels, "on which way it goes"),
    template: oneOf(templates, "what it says"),
    subject: Type.String({ description: "what it is about: an order's id or a SKU" }),
    text: Type.String({ description: "in words, in the language of Accept-Language (en, ar)" }),
    state: stateSchema,
    attempts: Type.Integer({ description: "times that it was handed over" }),
    reason: nullable(Type.String({ description: "why it is in this state, where that is not obvious" })),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  {
    title: "Notification",
    examples: [
      {
        id: "019a5b7e-0000-7000-8000-000000000001",
        userId: "019a5b7e-0000-7000-8000-000000000002",
        class: "transactional",
        channel: "telegram",
        template: "order-headline",
        subject: "019a5b7e-0000-7000-8000-000000000003",
        text: "Your order K-1001 is on its way.",
        state: "sent",
        attempts: 1,
        reason: null,
        createdAt: "2026-01-01T12:00:00.000Z",
        updatedAt: "2026-01-01T12:00:01.000Z",
      },
    ],
  },
);

export const notificationPageSchema = pageOf(notificationSchema);

/** Telegram's ids have at most 52 significant bits. */
const TELEGRAM_ID_MAX = 2 ** 52;

export const codeRequestSchema = strictObject({
  challengeId: idSchema,
  chatId: Type.Integer({ minimum: 1, maximum: TELEGRAM_ID_MAX }),
  code: Type.String({ pattern: "^[0-9]{6,8}$", error: "must be 6 to 8 digits" }),
  expiresAt: timeSchema,
  language: Type.String({ maxLength: 35 }),
  purpose: Type.String({ maxLength: 40 }),
  askedFrom: Type.String({ maxLength: 200 }),
});

export const codeAnswerSchema = strictObject({
  outcome: Type.Union([
    Type.Literal("sent"),
    Type.Literal("unknown"),
    Type.Literal("unreachable"),
    Type.Literal("expired"),
  ]),
});

export const botSchema = strictObject({
  username: Type.String({ examples: ["kiosk_bot"] }),
  deepLinkBase: Type.String({ format: "uri", examples: ["https://t.me/kiosk_bot?start="] }),
});
