import { bootstrap, ControlError, connect, rememberToken } from "./control-api.js";
import { byId, element, initialOf, isAtEnd, scrollToEnd, showAlert, toast } from "./dom.js";
import { keepingFocus } from "./focus.js";
import { drawCommands, drawKeyboard } from "./keyboard-view.js";
import { messageItem } from "./message-view.js";
import { drawEmpty, drawOffer } from "./offer-view.js";
import { drawPeople, suggestPerson } from "./people-view.js";

const PERSON_KEY = "sandbox-person";
const TYPING_MS = 5_000;

const chat = {
  api: undefined,
  people: [],
  person: undefined,
  messages: new Map(),
  commands: [],
  payload: new URLSearchParams(location.search).get("start"),
  stopListening: () => {},
};

/** Runs what a click asks for; a refusal is said, never swallowed. */
const guarded =
  (work) =>
  async (...input) => {
    try {
      await work(...input);
    } catch (error) {
      if (error instanceof ControlError && error.status === 401)
        askForToken("That token is not the sandbox's.");
      else toast(error instanceof Error ? error.message : "Something went wrong.");
    }
  };

const pathOf = (rest) => `/people/${chat.person.id}${rest}`;
const act = {
  send: guarded((text) => chat.api.post(pathOf("/messages"), { text })),
  shareContact: guarded(() => chat.api.post(pathOf("/contact"))),
  tap: guarded((message, button) =>
    chat.api.post(pathOf("/taps"), { messageId: message.messageId, data: button.data }),
  ),
};

const start = guarded(async (payload) => {
  await chat.api.post(pathOf("/start"), payload === null ? {} : { payload });
  chat.payload = null;
  history.replaceState(null, "", "/sandbox");
  draw();
});

const choose = guarded(async (person) => {
  chat.stopListening();
  chat.person = person;
  chat.messages.clear();
  localStorage.setItem(PERSON_KEY, person.id);
  drawMessages();
  chat.stopListening = chat.api.listen(person.id, {
    onOpen: guarded(loadMessages),
    onEvent: hear,
    onLost: () => setStatus("Reconnecting…"),
  });
});

async function loadMessages() {
  const { person } = chat;
  const { items, keyboard, commands } = await chat.api.get(pathOf("/messages"));
  if (chat.person !== person) return;
  chat.messages = new Map(items.map((message) => [message.messageId, message]));
  chat.person.keyboard = keyboard;
  chat.commands = commands;
  drawMessages();
}

const events = {
  message: (event) => showMessage(event),
  edit: (event) => showMessage(event),
  delete: (event) => {
    chat.messages.delete(event.messageId);
    chat.person.keyboard = event.keyboard;
    itemOf(event.messageId)?.remove();
    draw();
  },
  chatAction: () => {
    setStatus("typing…");
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
  reset: () => location.reload(),
};

function hear(event) {
  events[event.kind]?.(event);
}

function itemOf(messageId) {
  return byId("messages").querySelector(`[data-id="${messageId}"]`);
}

function showMessage({ message, keyboard }) {
  const follows = message.from === "person" || isAtEnd(byId("log"));
  chat.messages.set(message.messageId, message);
  chat.person.keyboard = keyboard;
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
  return messageItem(message, act, chat.messages.get(message.replyToMessageId));
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
  const { person } = chat;
  const idle = person === undefined ? "sandbox bot" : `you are ${person.firstName}, ${person.phone}`;
  const status = text ?? (person?.blocked ? "you blocked this bot" : idle);
  if (byId("status").textContent !== status) byId("status").textContent = status;
}

/** Draws everything but the messages from what is known. */
function draw() {
  keepingFocus(drawRest);
}

function drawRest() {
  const { person, payload } = chat;
  const isOpen = person?.started === true && !person.blocked;
  drawPeople(chat.people, person?.id, choose);
  setStatus();
  drawEmpty(person, payload);
  drawOffer(person, payload, start);
  byId("composer").hidden = !isOpen;
  drawKeyboard(isOpen ? person.keyboard : null, act);
  drawCommands(isOpen ? chat.commands : [], act);
  byId("start").hidden = person === undefined || isOpen || payload !== null;
  byId("start").textContent = person?.blocked ? "Unblock and restart" : "Start";
  byId("block").hidden = person === undefined || !person.started;
  byId("block").textContent = person?.blocked ? "Unblock" : "Block";
}

function askForToken(text) {
  byId("token-form").hidden = false;
  byId("new-person").hidden = true;
  byId("empty").replaceChildren(element("p", {}, text));
}

/** The page cannot begin: said where the chat would be, and it stays there. */
function showTrouble(error) {
  const again = element("button", { type: "button", onclick: () => location.reload() }, "Try again");
  byId("empty").replaceChildren(element("p", {}, error.message), again);
}

async function enter(token) {
  chat.api = connect(token);
  const { items } = await chat.api.get("/people");
  chat.people = items;
  byId("token-form").hidden = true;
  byId("new-person").hidden = false;
  byId("new-person").open = items.length === 0;
  suggestPerson(items);
  draw();
  const last = items.find(({ id }) => String(id) === localStorage.getItem(PERSON_KEY)) ?? items.at(-1);
  if (last !== undefined) await choose(last);
}

/** Scripts make people too: whoever comes back to this window sees them. */
const refreshPeople = guarded(async () => {
  const { items } = await chat.api.get("/people");
  chat.people = items.map((item) => (item.id === chat.person?.id ? Object.assign(chat.person, item) : item));
  draw();
});

function onSubmit(id, work) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    void guarded(work)(event.currentTarget);
  });
}

onSubmit("person-form", async (form) => {
  const fields = Object.fromEntries(new FormData(form));
  const person = await chat.api.post("/people", { ...fields, language: navigator.language.slice(0, 2) });
  chat.people = [...chat.people.filter(({ id }) => id !== person.id), person];
  byId("new-person").open = false;
  suggestPerson(chat.people);
  await choose(person);
});

onSubmit("token-form", async (form) => {
  const token = String(new FormData(form).get("token"));
  await enter(token);
  rememberToken(token);
});

onSubmit("composer", async (form) => {
  const text = String(new FormData(form).get("text")).trim();
  if (text === "") return;
  form.reset();
  await act.send(text);
});

byId("start").addEventListener("click", () => start(null));
byId("block").addEventListener(
  "click",
  guarded(() => chat.api.post(pathOf("/block"), { blocked: !chat.person.blocked })),
);

window.addEventListener("focus", () => chat.api !== undefined && refreshPeople());

async function begin() {
  const { bot, token } = await bootstrap();
  byId("bot-name").textContent = bot.name;
  byId("bot-avatar").textContent = initialOf(bot.name);
  if (token === null) askForToken("Unlock the sandbox with its token.");
  else await enter(token);
}

begin().catch((error) => {
  if (error.status === 401) askForToken("That token is not the sandbox's.");
  else showTrouble(error);
});
