import { words } from "./texts.js";

/**
 * Makes an element. Text only ever becomes text nodes, so nothing that a message says can become markup.
 * @param {string} tag
 * @param {Record<string, unknown>} properties `class`, `on<event>` handlers, attributes; false and undefined are left out
 * @param {...(Node | string)} children
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/** The element with this id; the page's own ids always exist. */
export function byId(id) {
  return document.getElementById(id);
}

/** Long enough to read a refusal of two lines. */
const TOAST_MS = 6_000;
let toastTimer;

/** Shows a short line for a few seconds. */
export function toast(text) {
  byId("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => byId("toast").replaceChildren(), TOAST_MS);
}

/** Shows a text that has to be put away by hand. */
export function showAlert(text) {
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

export function scrollToEnd(list) {
  list.scrollTop = list.scrollHeight;
}

const NEAR_END_PX = 80;

/** Whether the reader is at the newest message, and not back in what was said before. */
export function isAtEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
}

/** Copies a text and says so; without a clipboard (plain http on another host) it shows the text to copy by hand. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(words.copied(text));
  } catch {
    toast(words.copyThis(text));
  }
}

const lastDrawn = new Map();

/** Whether this differs from what was drawn under the name before: what is the same is left alone, focus and all. */
export function isNew(name, value) {
  const text = JSON.stringify(value);
  const differs = lastDrawn.get(name) !== text;
  lastDrawn.set(name, text);
  return differs;
}

/** A steady colour class for a name or number. */
export function toneOf(seed) {
  return `tone-${Math.abs(Number(seed)) % 5}`;
}

export function initialOf(name) {
  return [...name.trim()][0]?.toUpperCase() ?? "?";
}

/** A link to an address on the web, in a new window; any other address is no link. */
export function linkTo(address, children) {
  const href = /^https?:\/\//i.test(address) ? address : undefined;
  return element("a", { href, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, ...children);
}
