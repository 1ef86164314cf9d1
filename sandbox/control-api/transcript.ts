import { messagesAfter } from "../state/messages.ts";
import type { StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { messageView } from "./views.ts";

/**
 * A chat as plain text, to be read and to be compared in tests: each message with who wrote it, inline buttons and keyboard
 * rows in brackets below it, and what it said before it was edited. There are no times and no ids in it.
 */
export function transcriptText(world: World, chatId: number): string {
  return messagesAfter(world, chatId, 0)
    .map((message) => linesOf(world, message).join("\n  "))
    .map((text) => `${text}\n`)
    .join("");
}

function linesOf(world: World, message: StoredMessage): string[] {
  const view = messageView(world, message);
  if (view.note !== null) return [`* ${view.note}`];
  const who = message.author === "bot" ? "Bot" : view.fromName;
  const [first = "", ...rest] = `${who}: ${contentOf(view)}`.split("\n");
  const earlier = view.earlierTexts.map((text) => `was: ${text.replaceAll("\n", " / ")}`);
  const rows = view.buttons.map((row) => row.map(({ label }) => `[${label}]`).join(" "));
  return [first, ...rest, ...earlier, ...rows, ...keyboardLines(message)];
}

function contentOf({
  text,
  contact,
  location,
  photo,
  webAppData,
  forwarded,
}: ReturnType<typeof messageView>) {
  const mark = forwarded ? "(forwarded) " : "";
  if (contact !== null) return `${mark}(contact) ${contact.firstName} ${contact.phone}`;
  if (location !== null) return `${mark}(location) ${location.latitude}, ${location.longitude}`;
  if (webAppData !== null) return `(Mini App, ${webAppData.buttonText}) ${webAppData.data}`;
  if (photo !== null) return `${mark}(photo) ${text}`.trimEnd();
  return `${mark}${text}`;
}

function keyboardLines({ replyMarkup }: StoredMessage): string[] {
  switch (replyMarkup?.kind) {
    case "keyboard":
      return replyMarkup.rows.map((row) => `keyboard: ${row.map(({ text }) => `[${text}]`).join(" ")}`);
    case "remove":
      return ["keyboard: none"];
    case "forceReply":
      return ["keyboard: reply"];
    default:
      return [];
  }
}
