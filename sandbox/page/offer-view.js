import { byId, element, isNew } from "./dom.js";
import { words } from "./texts.js";

/** What the middle of an empty chat says to do. */
export function drawEmpty(person, payload) {
  byId("empty").replaceChildren(element("p", {}, emptyText(person, payload)));
}

function emptyText(person, payload) {
  if (person === undefined) return words.createFirst;
  if (payload !== null) return words.openBot;
  return words.pressStart;
}

/** A deep link was opened: one tap goes on as the chosen person. */
export function drawOffer(person, payload, start) {
  byId("phone-hint").hidden = payload === null;
  const isOffered = payload !== null && person !== undefined;
  byId("offer").hidden = !isOffered;
  if (!isOffered || !isNew("offer", [person.id, payload])) return;
  byId("offer").replaceChildren(
    element("p", {}, words.link),
    element(
      "button",
      { type: "button", class: "primary wide", onclick: () => start(payload) },
      words.openBotAs(person.firstName),
    ),
  );
}
