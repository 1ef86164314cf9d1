import type { InlineButton } from "../bot-api/types.ts";
import { writeHtml } from "../formatting/html-writer.ts";
import type { Change } from "../state/changes.ts";
import type { CallbackQuery, Person, StoredMessage, World } from "../state/world.ts";

/** A person as the control API shows one. */
export function personView(person: Person) {
  return {
    id: person.id,
    firstName: person.firstName,
    lastName: person.lastName,
    username: person.username,
    phone: person.phone,
    language: person.language,
    started: person.started,
    blocked: person.blocked,
    keyboard: person.keyboard?.markup ?? null,
  };
}

/** A message as the control API shows one; `html` is safe to parse back with the Bot API's HTML mode. */
export function messageView(message: StoredMessage) {
  return {
    messageId: message.messageId,
    from: message.author,
    text: message.text,
    html: writeHtml(message),
    entities: message.entities,
    contact: contactView(message),
    forwarded: message.forwardedAt !== null,
    buttons: (message.inlineKeyboard ?? []).map((row) => row.map(buttonView)),
    keyboard: message.replyMarkup,
    replyToMessageId: message.replyToMessageId,
    protectContent: message.protectContent,
    editedAt: message.editedAt,
    sentAt: message.sentAt,
  };
}

function contactView({ contact }: StoredMessage) {
  if (contact === null) return null;
  return {
    phone: `+${contact.phone_number}`,
    firstName: contact.first_name,
    userId: contact.user_id ?? null,
  };
}

function buttonView(button: InlineButton) {
  const url = button.url ?? button.web_app?.url;
  return {
    label: button.text,
    ...(button.callback_data === undefined ? {} : { data: button.callback_data }),
    ...(url === undefined ? {} : { url }),
    ...(button.copy_text === undefined ? {} : { copyText: button.copy_text.text }),
    ...(button.style === undefined ? {} : { style: button.style }),
  };
}

export function callbackQueryView(query: CallbackQuery) {
  return { callbackQueryId: query.id, messageId: query.messageId, data: query.data, answer: query.answer };
}

/** What a person's client would be told about a change; undefined when the change is not theirs. */
export function eventView(
  world: World,
  change: Change,
  personId: number,
): Record<string, unknown> | undefined {
  if (change.kind === "reset") return { kind: "reset" };
  if (!("personId" in change) || change.personId !== personId) return undefined;
  const person = world.people.get(personId);
  const keyboard = person?.keyboard?.markup ?? null;
  switch (change.kind) {
    case "message":
    case "edit":
      return { kind: change.kind, message: messageView(change.message), keyboard };
    case "delete":
      return { kind: "delete", messageId: change.messageId, keyboard };
    case "chatAction":
      return { kind: "chatAction", action: change.action };
    case "callbackAnswer":
      return { kind: "callbackAnswer", ...callbackQueryView(change.query) };
    case "person":
      return person === undefined ? undefined : { kind: "person", person: personView(person) };
  }
}
