import { byId, element, initialOf, isNew, toneOf } from "./dom.js";
import { words } from "./texts.js";

const NAMES = ["Ada", "Björn", "Chidi", "Dalia", "Emeka", "Farah", "Goran", "Hanako", "Ines", "Jamal"];

/** Draws the list of people; `choose` is called with the one that was picked. */
export function drawPeople(people, currentId, choose) {
  if (!isNew("people", [people, currentId])) return;
  const items = people.map((person) =>
    element(
      "li",
      {},
      element(
        "button",
        {
          type: "button",
          class: "person",
          "aria-current": person.id === currentId ? "true" : undefined,
          onclick: () => choose(person),
        },
        element(
          "span",
          { class: `avatar ${toneOf(person.id)}`, "aria-hidden": "true" },
          initialOf(person.firstName),
        ),
        element(
          "span",
          {},
          element("bdi", {}, person.firstName),
          element("small", {}, person.deactivated ? words.gone : person.phone),
        ),
      ),
    ),
  );
  const list = byId("people");
  const hadFocus = list.contains(document.activeElement);
  list.replaceChildren(...items);
  if (hadFocus) list.querySelector("[aria-current]")?.focus();
}

/** Puts a name and a number from a range kept for fiction (+1 … 555 01xx) into the form. */
export function suggestPerson(people) {
  const form = byId("person-form");
  const taken = new Set(people.map(({ phone }) => phone));
  let number = people.length;
  const phoneOf = (n) => `+1202555${String(100 + (n % 100)).padStart(4, "0")}`;
  while (taken.has(phoneOf(number)) && number < people.length + 100) number += 1;
  form.elements.firstName.value = NAMES[people.length % NAMES.length];
  form.elements.phone.value = phoneOf(number);
}
