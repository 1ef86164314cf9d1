import { Type } from "@sinclair/typebox";
import {
  idSchema,
  nullable,
  pageOf,
  pageQuery,
  strictObject,
  textSchema,
  timeSchema,
} from "../../shared/http/schemas.ts";
import { BROADCAST_TEXT_MAX, broadcastStates } from "../domain/broadcast.ts";
import { locales } from "../domain/locale.ts";
import { oneOf } from "./schemas.ts";

const stateSchema = oneOf(broadcastStates, "draft → running ⇄ paused → done or cancelled");
export const localeSchema = oneOf(locales, "a language of messages");

const written = () =>
  Type.Optional(
    textSchema(BROADCAST_TEXT_MAX, {
      description: "plain words; a language that is left out gets the other's",
    }),
  );
const textsSchema = strictObject(
  { en: written(), ar: written() },
  { description: "one language at least", examples: [{ en: "Tea is 20% off until Friday." }] },
);
const audienceSchema = strictObject(
  {
    languages: nullable(
      Type.Array(localeSchema, {
        minItems: 1,
        uniqueItems: true,
        description: "only who reads messages in these; null: everybody",
      }),
    ),
  },
  { description: "among those who have chosen to get offers" },
);

export const draftBody = strictObject({ texts: textsSchema, audience: Type.Optional(audienceSchema) });
export const editBody = strictObject({
  texts: Type.Optional(textsSchema),
  audience: Type.Optional(audienceSchema),
});
export const testBody = strictObject({
  language: Type.Optional(oneOf(locales, "in which language; that of one's messages where it is left out")),
});
export const broadcastParams = strictObject({ id: idSchema });
export const broadcastQuery = strictObject({ ...pageQuery, state: Type.Optional(stateSchema) });

const count = (description: string) => Type.Integer({ minimum: 0, description });

const progressSchema = strictObject(
  {
    recipients: count("for how many it was when it began; the sum of the following"),
    pending: count("have not had their turn, or are under way"),
    sent: count("Telegram has it"),
    blocked: count("have stopped the bot, or are gone from Telegram"),
    unknown: count("it may have arrived; it is not sent again"),
    failed: count("refused by Telegram"),
    suppressed: count("do not want it any more, or it was cancelled before their turn"),
    expired: count("waited for a day, as in an outage"),
    secondsLeft: nullable(
      Type.Integer({
        minimum: 0,
        description: "at the bot's pace, if it sends nothing else; null: nobody knows",
      }),
    ),
  },
  { description: "counted now" },
);

const fields = {
  id: idSchema,
  state: stateSchema,
  version: Type.Integer({ minimum: 1, description: "counts changes; the ETag" }),
  texts: textsSchema,
  audience: audienceSchema,
  createdBy: nullable(idSchema),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  startedBy: nullable(idSchema),
  startedAt: nullable(timeSchema),
  endedAt: nullable(timeSchema),
  recipients: nullable(count("for how many it was when it began")),
};

export const broadcastSchema = strictObject(fields);
export const broadcastPageSchema = pageOf(strictObject(fields));
export const broadcastViewSchema = strictObject({ ...fields, progress: nullable(progressSchema) });

export const previewSchema = strictObject({
  recipients: count("would get it now"),
  previews: Type.Array(
    strictObject({
      locale: localeSchema,
      text: Type.String({ description: "as it is read" }),
      html: Type.String({ description: "as Telegram is given it, with parse_mode HTML" }),
      length: count("UTF-16 units of the text"),
      lengthMax: count("what Telegram takes"),
      fits: Type.Boolean(),
      isFallback: Type.Boolean({ description: "it was not written in this language" }),
      recipients: count("would get it so now"),
    }),
  ),
});

export const testAnswerSchema = strictObject({ notificationId: idSchema });
