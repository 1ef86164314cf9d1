import { copy, element, linkTo } from "./dom.js";
import { words } from "./texts.js";

/**
 * One message as a list item. `act` is how a tap reaches the chat: tap(message, button), send(text). In a group everybody's
 * name stands above what others wrote.
 */
export function messageItem(message, act, { quoted, personId, isGroup }) {
  if (message.note !== null) return noteItem(message);
  const mine = message.personId === personId;
  const bubble = element("div", { class: "bubble" });
  const who = message.from === "bot" ? words.bot : message.fromName;
  if (isGroup && !mine) bubble.append(element("p", { class: "author", dir: "auto" }, who));
  if (quoted !== undefined)
    bubble.append(element("p", { class: "quote", dir: "auto" }, shorten(quoted.text)));
  bubble.append(contentOf(message, act), metaOf(message));
  const item = element("li", { class: mine ? "message mine" : "message", "data-id": message.messageId });
  item.append(element("span", { class: "visually-hidden" }, `${mine ? words.you : who}: `), bubble);
  if (message.buttons.length > 0) item.append(buttonsOf(message, act));
  return item;
}

/** What nobody wrote: somebody joined, the group has moved. */
function noteItem({ messageId, note }) {
  return element("li", { class: "note", "data-id": messageId, dir: "auto" }, note);
}

const QUOTE_LIMIT = 80;

function shorten(text) {
  return text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}…` : text;
}

function contentOf(message, act) {
  const body = element("div", { class: "body", dir: "auto" });
  if (isDeepLinkStart(message)) body.append("/start");
  else if (message.contact !== null) body.append(...contactNodes(message));
  else if (message.location !== null) body.append(placeOf(message.location));
  else if (message.webAppData !== null)
    body.append(words.fromButton(message.webAppData.buttonText), message.webAppData.data);
  else {
    if (message.photo !== null) body.append(photoOf(message, act));
    body.append(richText(message, act));
  }
  return body;
}

function contactNodes({ contact, forwarded }) {
  const title = forwarded ? words.forwardedContact : words.contact;
  return [element("strong", {}, `${title}: ${contact.firstName}`), element("div", {}, contact.phone)];
}

function placeOf({ latitude, longitude }) {
  return words.place(latitude.toFixed(4), longitude.toFixed(4));
}

/** A picture that was uploaded is shown; one by address is a link, for nothing here is loaded from elsewhere. */
function photoOf({ photo, text }, act) {
  const frame = element("div", { class: "photo" });
  if (photo.url !== null) {
    frame.append(linkTo(photo.url, [`${words.photo} ↗`]));
    return frame;
  }
  const label = words.photoOf(photo.width, photo.height);
  frame.append(label);
  void act.picture(photo.fileId).then((source) => {
    if (source === undefined) return;
    frame.replaceChildren(element("img", { src: source, alt: text === "" ? label : text }));
  });
  return frame;
}

/** Telegram shows the tap on a deep link as a bare /start and keeps its payload to itself. */
function isDeepLinkStart({ from, text }) {
  return from === "person" && text.startsWith("/start ");
}

function metaOf(message) {
  const time = new Date(message.sentAt).toLocaleTimeString([], { timeStyle: "short" });
  const marks = [time];
  if (message.forwarded && message.contact === null) marks.unshift(words.forwarded);
  if (message.editedAt !== null) marks.unshift(words.edited);
  if (message.protectContent) marks.unshift(words.protected);
  return element("div", { class: "meta" }, marks.join(" · "));
}

function buttonsOf(message, act) {
  const rows = message.buttons.map((row) =>
    element("div", { class: "row" }, ...row.map((button) => buttonOf(message, button, act))),
  );
  return element("div", { class: "buttons", role: "group", "aria-label": words.messageButtons }, ...rows);
}

function buttonOf(message, button, act) {
  const style = button.style === undefined ? "" : `style-${button.style}`;
  if (button.url !== undefined) return linkTo(button.url, [`${button.label} ↗`]);
  if (button.copyText !== undefined) {
    return element(
      "button",
      { type: "button", class: `copy ${style}`, dir: "auto", onclick: () => copy(button.copyText) },
      button.label,
    );
  }
  return element(
    "button",
    { type: "button", class: style, dir: "auto", onclick: () => act.tap(message, button) },
    button.label,
  );
}

/** Text with its entities as nodes: cut where an entity begins or ends, each piece wrapped by those that cover it. */
function richText({ text, entities }, act) {
  const borders = new Set([0, text.length]);
  for (const { offset, length } of entities) borders.add(offset).add(offset + length);
  const sorted = [...borders].sort((a, b) => a - b);
  const fragment = document.createDocumentFragment();
  for (const [index, start] of sorted.entries()) {
    const end = sorted[index + 1] ?? text.length;
    if (end <= start) continue;
    const covering = entities.filter(({ offset, length }) => offset <= start && offset + length >= end);
    let node = document.createTextNode(text.slice(start, end));
    for (const entity of covering.reverse()) node = wrap(entity, node, text, act);
    fragment.append(node);
  }
  return fragment;
}

const ONE_TIME_CODE = /^\d{4,8}$/;
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", blockquote: "q" };

function wrap(entity, node, text, act) {
  const whole = text.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case "code":
    case "pre":
      return element(
        "button",
        {
          type: "button",
          class: ONE_TIME_CODE.test(whole) ? "code one-time" : "code",
          title: words.copy,
          "aria-label": words.copyOf(whole),
          onclick: () => copy(whole),
        },
        node,
      );
    case "text_link":
      return linkTo(entity.url, [node]);
    case "url":
      return linkTo(whole, [node]);
    case "bot_command":
      return element("button", { type: "button", class: "link", onclick: () => act.send(whole) }, node);
    case "spoiler":
      return spoilerOf(node);
    default:
      return TAGS[entity.type] === undefined ? node : element(TAGS[entity.type], {}, node);
  }
}

function spoilerOf(node) {
  const show = (event) => event.currentTarget.classList.add("shown");
  return element(
    "span",
    { class: "spoiler", tabindex: 0, title: words.show, onclick: show, onkeydown: show },
    node,
  );
}
