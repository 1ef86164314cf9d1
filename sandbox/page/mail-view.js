import { byId, element } from "./dom.js";
import { words } from "./texts.js";
import { isMailOnly } from "./view.js";

const WAIT_SECONDS = 20;
const RETRY_MS = 1_000;

const mailbox = { mails: [], openId: undefined };

/** Shows the mailbox in place of the phone, or the phone again; the focus goes along. */
export function showMailbox(isShown) {
  byId("mailbox").hidden = !isShown;
  byId("phone").hidden = isShown;
  byId("open-mail").setAttribute("aria-pressed", String(isShown));
  byId("close-mail").hidden = isMailOnly;
  if (!isMailOnly) (isShown ? byId("close-mail") : byId("open-mail")).focus();
}

/** Draws the mails as they land, for as long as the page is open. */
export async function followMail(api) {
  drawMails();
  for (;;) {
    const after = mailbox.mails.at(-1)?.id ?? 0;
    try {
      const { items } = await api.get(`/mail?after=${after}&waitSeconds=${WAIT_SECONDS}`);
      if (items.length === 0) continue;
      mailbox.mails = [...mailbox.mails, ...items];
      drawMails();
    } catch (error) {
      if (error.status === 401) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function drawMails() {
  const { mails, openId } = mailbox;
  const count = mails.length;
  byId("open-mail").textContent = words.mail(count);
  byId("mail-status").textContent = words.mailCount(count);
  const list = byId("mails");
  const hadFocus = list.contains(document.activeElement);
  // The newest first.
  list.replaceChildren(...mails.toReversed().map((mail) => mailItem(mail, mail.id === openId)));
  if (hadFocus) list.querySelector("[aria-current]")?.focus();
}

const timeOf = (mail) => new Date(mail.receivedAt).toLocaleTimeString([], { timeStyle: "short" });

function mailItem(mail, isOpen) {
  return element(
    "li",
    {},
    element(
      "button",
      {
        type: "button",
        class: "mail-item",
        "aria-current": isOpen ? "true" : undefined,
        onclick: () => openMail(mail),
      },
      element("strong", { dir: "auto" }, mail.subject === "" ? words.noSubject : mail.subject),
      element("small", { dir: "auto" }, `${words.mailTo(mail.to)} · ${timeOf(mail)}`),
    ),
  );
}

function openMail(mail) {
  mailbox.openId = mail.id;
  drawMails();
  byId("mail").hidden = false;
  byId("mail").replaceChildren(
    element("h3", { dir: "auto" }, mail.subject === "" ? words.noSubject : mail.subject),
    element("p", { class: "status", dir: "auto" }, words.mailFromTo(mail.from, mail.to)),
    mailBody(mail),
  );
}

/** HTML in a frame of its own, which may do nothing but open links; else the text. */
function mailBody({ htmlPath, text }) {
  if (htmlPath === null) return element("div", { class: "mail-text", dir: "auto" }, text ?? "");
  return element("iframe", {
    src: htmlPath,
    title: words.mailFrame,
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
    referrerpolicy: "no-referrer",
  });
}
