import {
  type ContactChoice,
  editOwn,
  forward,
  sendPicture,
  sendText,
  sendWebAppData,
  shareContact,
  shareLocation,
} from "../people/sending.ts";
import type { Person, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import {
  optionalChatId,
  optionalFlag,
  optionalInteger,
  optionalText,
  readFields,
  requiredInteger,
  requiredNumber,
  requiredText,
} from "./fields.ts";
import { json } from "./json.ts";
import type { Route } from "./routing.ts";
import { messageView } from "./views.ts";

const NAME_LIMIT = 64;
const TEXT_LIMIT = 10_000;
/** What a Mini App can send (https://core.telegram.org/bots/webapps): 4,096 bytes. */
const WEB_APP_DATA_LIMIT = 4_096;
const ID_RANGE = { min: 1, max: Number.MAX_SAFE_INTEGER };
const PIXELS = { min: 1, max: 5_000 };
const PICTURE = { width: 1_280, height: 960 };

/** A message that somebody has just sent. */
export function sentView(world: World, message: StoredMessage, status = 201): Response {
  return json({ messageId: message.messageId, message: messageView(world, message) }, status);
}

/** What a person can send: texts, contacts, places, pictures, data of Mini Apps, forwards and corrections. */
export function sendingRoutes(world: World, personOf: (id: string | undefined) => Person): Route[] {
  const sending = (
    path: string,
    names: readonly string[],
    act: (person: Person, fields: Awaited<ReturnType<typeof readFields>>) => StoredMessage,
  ): Route => [
    "POST",
    `/people/:id/${path}`,
    async ({ id, request }) => {
      const person = personOf(id);
      return sentView(world, act(person, await readFields(request, names)));
    },
  ];
  return [
    sending("messages", ["text", "chatId", "replyToMessageId"], (person, fields) =>
      sendText(world, person, requiredText(fields, "text", TEXT_LIMIT), {
        chatId: optionalChatId(fields),
        replyToMessageId: optionalInteger(fields, "replyToMessageId", ID_RANGE),
      }),
    ),
    sending("contact", ["phone", "userId", "firstName", "forwarded"], (person, fields) =>
      shareContact(world, person, contactChoice(fields)),
    ),
    sending("location", ["latitude", "longitude", "chatId"], (person, fields) => {
      const location = {
        latitude: requiredNumber(fields, "latitude", { min: -90, max: 90 }),
        longitude: requiredNumber(fields, "longitude", { min: -180, max: 180 }),
      };
      return shareLocation(world, person, location, optionalChatId(fields));
    }),
    sending("photo", ["caption", "width", "height", "chatId"], (person, fields) =>
      sendPicture(world, person, {
        caption: optionalText(fields, "caption", TEXT_LIMIT) ?? "",
        width: optionalInteger(fields, "width", PIXELS) ?? PICTURE.width,
        height: optionalInteger(fields, "height", PIXELS) ?? PICTURE.height,
        chatId: optionalChatId(fields),
      }),
    ),
    sending("web-app-data", ["data", "label", "buttonText"], (person, fields) => {
      const data = requiredText(fields, "data", WEB_APP_DATA_LIMIT);
      const label = optionalText(fields, "label", NAME_LIMIT);
      if (label !== null) return sendWebAppData(world, person, { data, label });
      return sendWebAppData(world, person, {
        data,
        buttonText: requiredText(fields, "buttonText", TEXT_LIMIT),
      });
    }),
    sending("forwards", ["fromChatId", "messageId", "chatId"], (person, fields) => {
      const from = {
        chatId: optionalChatId(fields, "fromChatId"),
        messageId: requiredInteger(fields, "messageId", ID_RANGE),
      };
      return forward(world, person, from, optionalChatId(fields));
    }),
    sending("edits", ["chatId", "messageId", "text"], (person, fields) => {
      const where = {
        chatId: optionalChatId(fields),
        messageId: requiredInteger(fields, "messageId", ID_RANGE),
      };
      return editOwn(world, person, where, requiredText(fields, "text", TEXT_LIMIT));
    }),
  ];
}

function contactChoice(fields: Awaited<ReturnType<typeof readFields>>): ContactChoice {
  if (optionalFlag(fields, "forwarded")) return { kind: "forwardedOwn" };
  const phone = optionalText(fields, "phone", NAME_LIMIT);
  if (phone === null) return { kind: "own" };
  const firstName = optionalText(fields, "firstName", NAME_LIMIT) ?? "Somebody else";
  return { kind: "other", phone, firstName, userId: optionalInteger(fields, "userId", ID_RANGE) };
}
