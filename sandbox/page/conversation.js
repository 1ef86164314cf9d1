import { byId, initialOf, isAtEnd, scrollToEnd, showAlert, toast, toneOf } from "./dom.js";
import { keepingFocus } from "./focus.js";
import { drawChats, isMember } from "./groups-view.js";
import { guarded } from "./guarded.js";
import { drawCommands, drawKeyboard } from "./keyboard-view.js";
import { messageItem } from "./message-view.js";
import { drawEmpty, drawOffer } from "./offer-view.js";
import { drawPeople } from "./people-view.js";
import { words } from "./texts.js";
import { heldId, linkIsDone } from "./view.js";

const PERSON_KEY = "sandbox-person";
const TYPING_MS = 5_000;
/** A place to share: the Brandenburg Gate. */
const PLACE = { latitude: 52.5163, longitude: 13.3777 };

/** What the page knows: people and groups, who holds the phone, and the chat that is open on it. */
export const chat = {
  api: undefined,
  bot: undefined,
  people: [],
  groups: [],
  /** How many events came: an answer to what was asked before the last of them may be older than what it told. */
  told: 0,
  person: undefined,
  /** The open group; undefined is the person's own chat with the bot. */
  group: undefined,
  keyboard: null,
  messages: new Map(),
  commands: [],
  payload: new URLSearchParams(location.search).get("start"),
  stopListening: () => {},
};

const pathOf = (rest) => `/people/${chat.person.id}${rest}`;
const here = () => (chat.group === undefined ? {} : { chatId: chat.group.id });
const inThisChat = () => `chatId=${chat.group?.id ?? chat.person.id}`;

export const act = {
  send: guarded((text) => chat.api.post(pathOf("/messages"), { text, ...here() })),
  shareContact: guarded(() => chat.api.post(pathOf("/contact"))),
  shareLocation: guarded(() => chat.api.post(pathOf("/location"), { ...PLACE, ...here() })),
  tap: guarded((message, button) =>
    chat.api.post(pathOf("/taps"), { messageId: message.messageId, data: button.data, ...here() }),
  ),
  picture: (fileId) => chat.api.picture(fileId),
};

const start = guarded(async (payload) => {
  await chat.api.post(pathOf("/start"), payload === null ? {} : { payload });
  chat.payload = null;
  linkIsDone();
  draw();
});

export const startBot = () => start(null);
export const toggleBlock = guarded(() => chat.api.post(pathOf("/block"), { blocked: !chat.person.blocked }));

/** Holds somebody's phone, with the chat with the bot on it, or a group. */
export const choose = guarded(async (person, group) => {
  chat.stopListening();
  chat.person = person;
  chat.group = group;
  chat.keyboard = null;
  chat.messages.clear();
  if (heldId === null) localStorage.setItem(PERSON_KEY, person.id);
  drawMessages();
  chat.stopListening = chat.api.listen(`/people/${person.id}/events?${inThisChat()}`, {
    onOpen: guarded(loadMessages),
    onEvent: (event) => {
      chat.told += 1;
      events[event.kind]?.(event);
    },
    onLost: () => setStatus(words.reconnecting),
  });
});

/** Who held the phone when this browser was last here. */
export function lastPerson(people) {
  return people.find(({ id }) => String(id) === localStorage.getItem(PERSON_KEY)) ?? people.at(-1);
}

async function loadMessages() {
  const { person, group, told } = chat;
  const { items, keyboard, commands } = await chat.api.get(pathOf(`/messages?${inThisChat()}`));
  if (chat.person !== person || chat.group !== group) return;
  if (chat.told !== told) return loadMessages();
  chat.messages = new Map(items.map((message) => [message.messageId, message]));
  chat.keyboard = keyboard;
  chat.commands = commands;
  drawMessages();
}

const events = {
  message: (event) => showMessage(event),
  edit: (event) => showMessage(event),
  delete: (event) => {
    chat.messages.delete(event.messageId);
    chat.keyboard = event.keyboard;
    itemOf(event.messageId)?.remove();
    draw();
  },
  chatAction: () => {
    setStatus(words.typing);
    setTimeout(() => setStatus(), TYPING_MS);
  },
  callbackAnswer: ({ answer }) => {
    if (answer.showAlert && answer.text !== "") showAlert(answer.text);
    else if (answer.text !== "") toast(answer.text);
  },
  person: ({ person }) => {
    Object.assign(chat.person, person);
    draw();
  },
  group: ({ group }) => {
    const known = chat.groups.find(({ id }) => id === group.id);
    if (known === undefined) chat.groups = [...chat.groups, group];
    else Object.assign(known, group);
    draw();
  },
  reset: () => location.reload(),
};

function itemOf(messageId) {
  return byId("messages").querySelector(`[data-id="${messageId}"]`);
}

function showMessage({ message, keyboard }) {
  const follows = message.personId === chat.person.id || isAtEnd(byId("log"));
  chat.messages.set(message.messageId, message);
  chat.keyboard = keyboard;
  putItem(viewOf(message), itemOf(message.messageId));
  draw();
  if (follows) scrollToEnd(byId("log"));
  if (message.keyboard?.kind === "forceReply") byId("text").focus();
}

/** Adds a message at the end, or puts an edited one in its place without losing the keyboard's focus. */
function putItem(item, old) {
  if (old === null) {
    byId("messages").append(item);
    return;
  }
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(item);
  if (hadFocus) (item.querySelector("button") ?? byId("text")).focus();
}

function viewOf(message) {
  const quoted = chat.messages.get(message.replyToMessageId);
  return messageItem(message, act, { quoted, personId: chat.person.id, isGroup: chat.group !== undefined });
}

function drawMessages() {
  const items = [...chat.messages.values()].map(viewOf);
  keepingFocus(() => {
    byId("messages").replaceChildren(...items);
    drawRest();
  });
  scrollToEnd(byId("log"));
}

function setStatus(text) {
  const status = text ?? idleStatus(chat);
  if (byId("status").textContent !== status) byId("status").textContent = status;
}

function idleStatus({ person, group }) {
  if (person === undefined) return words.sandboxBot;
  if (group === undefined)
    return person.blocked ? words.blocked : words.youAre(person.firstName, person.phone);
  if (group.migratedTo !== null) return words.migrated;
  const count = group.members.filter(({ status }) => !["left", "kicked"].includes(status)).length;
  return words.members(count, person.firstName);
}

/** Draws everything but the messages from what is known. */
export function draw() {
  keepingFocus(drawRest);
}

function drawRest() {
  const { person, group, bot, payload } = chat;
  drawPeople(chat.people, person?.id, (next) => choose(next));
  drawChats(chat, choose);
  byId("chat-name").textContent = group?.title ?? bot.name;
  byId("chat-avatar").textContent = initialOf(group?.title ?? bot.name);
  byId("chat-avatar").className = `avatar ${toneOf(group?.id ?? 0)}`;
  setStatus();
  drawEmpty(person, payload);
  drawOffer(person, group === undefined ? payload : null, start);
  drawFoot(group === undefined ? standingWithBot(person, payload) : standingInGroup(person, group));
}

/** What the person may do in the own chat with the bot. */
function standingWithBot(person, payload) {
  const isOpen = person?.started === true && !person.blocked;
  return {
    isOpen,
    mayStart: person !== undefined && !isOpen && payload === null,
    mayBlock: person?.started === true,
    isBlocked: person?.blocked === true,
  };
}

function standingInGroup(person, group) {
  const isOpen = group.migratedTo === null && isMember(group, person.id);
  return { isOpen, mayStart: false, mayBlock: false, isBlocked: false };
}

function drawFoot({ isOpen, mayStart, mayBlock, isBlocked }) {
  byId("composer").hidden = !isOpen;
  drawKeyboard(isOpen ? chat.keyboard : null, act);
  drawCommands(isOpen ? chat.commands : [], act);
  byId("start").hidden = !mayStart;
  byId("start").textContent = isBlocked ? words.unblockAndRestart : words.start;
  byId("block").hidden = !mayBlock;
  byId("block").textContent = isBlocked ? words.unblock : words.block;
}
