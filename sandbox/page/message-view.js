import { copy, element } from "./dom.js";

/**
 * One message as a list item. `act` is how a tap reaches the chat: tap(message, button), send(text).
 */
export function messageItem(message, act, quoted) {
  const mine = message.from === "person";
  const bubble = element("div", { class: "bubble" });
  if (quoted !== undefined) bubble.append(element("p", { class: "quote" }, shorten(quoted.text)));
  bubble.append(contentOf(message, act), metaOf(message));
  const item = element("li", { class: mine ? "message mine" : "message", "data-id": message.messageId });
  item.append(element("span", { class: "visually-hidden" }, mine ? "You: " : "Bot: "), bubble);
  if (message.buttons.length > 0) item.append(buttonsOf(message, act));
  return item;
}

const QUOTE_LIMIT = 80;

function shorten(text) {
  return text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}…` : text;
}

function contentOf(message, act) {
  if (isDeepLinkStart(message)) return element("div", { class: "body" }, "/start");
  if (message.contact === null) return element("div", { class: "body" }, richText(message, act));
  const { firstName, phone } = message.contact;
  const title = message.forwarded ? "Forwarded contact" : "Contact";
  return element(
    "div",
    { class: "body" },
    element("strong", {}, `${title}: ${firstName}`),
    element("div", {}, phone),
  );
}

/** Telegram shows the tap on a deep link as a bare /start and keeps its payload to itself. */
function isDeepLinkStart({ from, text }) {
  return from === "person" && text.startsWith("/start ");
}

function metaOf(message) {
  const time = new Date(message.sentAt).toLocaleTimeString([], { timeStyle: "short" });
  const marks = [time];
  if (message.editedAt !== null) marks.unshift("edited");
  if (message.protectContent) marks.unshift("protected");
  return element("div", { class: "meta" }, marks.join(" · "));
}

function buttonsOf(message, act) {
  const rows = message.buttons.map((row) =>
    element("div", { class: "row" }, ...row.map((button) => buttonOf(message, button, act))),
  );
  return element("div", { class: "buttons", role: "group", "aria-label": "Buttons" }, ...rows);
}

function buttonOf(message, button, act) {
  const style = button.style === undefined ? "" : `style-${button.style}`;
  if (button.url !== undefined) return linkTo(button.url, [`${button.label} ↗`]);
  if (button.copyText !== undefined) {
    return element(
      "button",
      { type: "button", class: `copy ${style}`, onclick: () => copy(button.copyText) },
      button.label,
    );
  }
  return element(
    "button",
    { type: "button", class: style, onclick: () => act.tap(message, button) },
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
          title: "Copy",
          "aria-label": `Copy ${whole}`,
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
    { class: "spoiler", tabindex: 0, title: "Show", onclick: show, onkeydown: show },
    node,
  );
}

function linkTo(address, children) {
  const isWeb = /^https?:\/\//i.test(address);
  const href = isWeb ? address : undefined;
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
