/** What comes next in a chat, the most pressing first; on a touch screen a focused field would open the keyboard. */
const NEXT = ["#offer button", "#start", "#keyboard button"];
const LAST = matchMedia("(pointer: coarse)").matches ? "#log" : "#text";

function isThere(node) {
  return node?.isConnected === true && node.checkVisibility();
}

/** Runs a redraw. Where it takes the focused control away, the next thing to do gets the focus, not the top of the page. */
export function keepingFocus(redraw) {
  const held = document.activeElement;
  redraw();
  if (held === null || held === document.body || isThere(held)) return;
  const next = [...NEXT, LAST].map((selector) => document.querySelector(selector)).find(isThere);
  next?.focus();
}
