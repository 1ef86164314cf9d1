import { bootstrap, connect, rememberToken } from "./control-api.js";
import { act, chat, choose, draw, lastPerson, startBot, toggleBlock } from "./conversation.js";
import { byId, element } from "./dom.js";
import { drawGroupForm } from "./groups-view.js";
import { askForToken, guarded } from "./guarded.js";
import { followMail, showMailbox } from "./mail-view.js";
import { suggestPerson } from "./people-view.js";
import { translatePage, words } from "./texts.js";
import { heldId, isMailOnly, shapePage } from "./view.js";

translatePage();
shapePage();

/** The page cannot begin: said where the chat would be, and it stays there. */
function showTrouble(error) {
  const again = element("button", { type: "button", onclick: () => location.reload() }, words.tryAgain);
  byId("empty").replaceChildren(element("p", {}, error.message), again);
}

async function loadPeople() {
  const { told } = chat;
  const [people, groups] = await Promise.all([chat.api.get("/people"), chat.api.get("/groups")]);
  if (chat.told !== told) return loadPeople();
  // The person and the group that are open stay the same objects.
  const kept = (open) => (item) => (item.id === open?.id ? Object.assign(open, item) : item);
  chat.people = people.items.map(kept(chat.person));
  chat.groups = groups.items.map(kept(chat.group));
}

async function enter(token) {
  chat.api = connect(token);
  if (isMailOnly) {
    byId("token-form").hidden = true;
    showMailbox(true);
    return void followMail(chat.api);
  }
  await loadPeople();
  byId("token-form").hidden = true;
  byId("new-person").hidden = false;
  byId("new-person").open = chat.people.length === 0;
  suggestPerson(chat.people);
  draw();
  // The page around one phone has the mail, and a browser has few connections to a server.
  if (heldId === null) void followMail(chat.api);
  const last = heldId === null ? lastPerson(chat.people) : chat.people.find(({ id }) => id === heldId);
  if (last !== undefined) await choose(last);
}

/** Scripts make people too: whoever comes back to this window sees them. */
const refresh = guarded(async () => {
  await loadPeople();
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

onSubmit("group-form", async (form) => {
  const fields = new FormData(form);
  const others = fields.getAll("member").map(Number);
  const group = await chat.api.post("/groups", {
    title: fields.get("title"),
    members: [chat.person.id, ...others],
  });
  form.reset();
  byId("new-group").open = false;
  chat.groups = [...chat.groups.filter(({ id }) => id !== group.id), group];
  await choose(chat.person, group);
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

byId("start").addEventListener("click", startBot);
byId("block").addEventListener("click", toggleBlock);
byId("new-group").addEventListener("toggle", () => drawGroupForm(chat));
byId("open-mail").addEventListener("click", () => showMailbox(true));
byId("close-mail").addEventListener("click", () => showMailbox(false));
window.addEventListener("focus", () => chat.api !== undefined && refresh());

async function begin() {
  const { bot, token } = await bootstrap();
  chat.bot = bot;
  byId("chat-name").textContent = bot.name;
  if (token === null) askForToken(words.tokenWanted);
  else await enter(token);
}

begin().catch((error) => {
  if (error.status === 401) askForToken(words.tokenWrong);
  else showTrouble(error);
});
