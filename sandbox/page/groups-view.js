import { byId, element, initialOf, isNew, toneOf } from "./dom.js";
import { words } from "./texts.js";

const GONE = ["left", "kicked"];

/** Whether somebody is in a group now. */
export function isMember(group, userId) {
  return group.members.some((member) => member.userId === userId && !GONE.includes(member.status));
}

/** Draws the chats on a person's phone, once there are groups among them; `choose(person, group)` opens one. */
export function drawChats({ bot, people, person, groups, group }, choose) {
  const own = person === undefined ? [] : groups.filter((each) => isMember(each, person.id));
  byId("new-group").hidden = person === undefined || !person.started;
  byId("chats").hidden = own.length === 0;
  if (!isNew("chats", [person?.id, group?.id, people.length, own])) return;
  const list = byId("chats-list");
  const hadFocus = list.contains(document.activeElement);
  list.replaceChildren(
    chatItem({ id: 0, title: bot.name, kind: "bot" }, group === undefined, () => choose(person)),
    ...own.map((each) => chatItem(each, each.id === group?.id, () => choose(person, each))),
  );
  if (hadFocus) list.querySelector("[aria-current]")?.focus();
}

function chatItem({ id, title, kind, migratedTo }, isOpen, onclick) {
  const about = migratedTo == null ? words.kinds[kind] : words.migratedChat;
  return element(
    "li",
    {},
    element(
      "button",
      { type: "button", class: "person", "aria-current": isOpen ? "true" : undefined, onclick },
      element("span", { class: `avatar ${toneOf(id)}`, "aria-hidden": "true" }, initialOf(title)),
      element("span", {}, element("bdi", {}, title), element("small", {}, about)),
    ),
  );
}

/** Draws who else can be brought into a new group. */
export function drawGroupForm({ people, person }) {
  const others = people.filter(({ id }) => id !== person?.id);
  byId("group-people").replaceChildren(
    ...others.map(({ id, firstName }) =>
      element(
        "label",
        { class: "choice" },
        element("input", { type: "checkbox", name: "member", value: id }),
        element("bdi", {}, firstName),
      ),
    ),
  );
}
