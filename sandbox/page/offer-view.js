import { byId, element, isNew } from "./dom.js";

/** What the middle of an empty chat says to do. */
export function drawEmpty(person, payload) {
  byId("empty").replaceChildren(element("p", {}, emptyText(person, payload)));
}

function emptyText(person, payload) {
  if (person === undefined) return "Create a person first: a name and a made-up phone number.";
  if (payload !== null) return "No messages yet. Open the bot above, as a tap on the link would.";
  return "No messages yet. Press Start, as a new customer would.";
}

/** A deep link was opened: one tap goes on as the chosen person. */
export function drawOffer(person, payload, start) {
  byId("phone-hint").hidden = payload === null;
  const isOffered = payload !== null && person !== undefined;
  byId("offer").hidden = !isOffered;
  if (!isOffered || !isNew("offer", [person.id, payload])) return;
  byId("offer").replaceChildren(
    element(
      "p",
      {},
      "A link asks you to open the bot. Pick the person whose phone it was made for, then go on.",
    ),
    element(
      "button",
      { type: "button", class: "primary wide", onclick: () => start(payload) },
      `Open the bot as ${person.firstName}`,
    ),
  );
}
