/** The page's own words. What stands in index.html stands there in English, and is put into another language when the page begins. */
const en = {
  back: "Back to the chat",
  block: "Block",
  blocked: "you blocked this bot",
  bot: "Bot",
  contact: "Contact",
  copied: (text) => `Copied ${text}`,
  copy: "Copy",
  copyOf: (text) => `Copy ${text}`,
  copyThis: (text) => `Copy this: ${text}`,
  createFirst: "Create a person first: a name and a made-up phone number.",
  edited: "edited",
  forwarded: "forwarded",
  forwardedContact: "Forwarded contact",
  fromButton: (label) => `From ${label}: `,
  gone: "has deleted the account",
  kinds: { bot: "bot", group: "group", supergroup: "supergroup" },
  link: "A link asks you to open the bot. Pick the person whose phone it was made for, then go on.",
  mail: (count) => (count === 0 ? "Mail" : `Mail (${count})`),
  mailCount: (count) =>
    count === 0 ? "What the shop would send by mail lands here." : `${count} in the mailbox`,
  mailFrame: "The mail",
  mailTo: (to) => `to ${to}`,
  mailFromTo: (from, to) => `${from} to ${to}`,
  members: (count, name) => `${count} members, you are ${name}`,
  message: "Message",
  messageButtons: "Buttons",
  migrated: "this group has become a supergroup",
  migratedChat: "has become a supergroup",
  noSubject: "(no subject)",
  openBot: "No messages yet. Open the bot above, as a tap on the link would.",
  openBotAs: (name) => `Open the bot as ${name}`,
  photo: "Photo",
  photoOf: (width, height) => `Photo, ${width} × ${height}`,
  place: (latitude, longitude) => `Location ${latitude}, ${longitude}`,
  pressStart: "No messages yet. Press Start, as a new customer would.",
  protected: "protected",
  reconnecting: "Reconnecting…",
  reply: "Reply",
  sandboxBot: "sandbox bot",
  show: "Show",
  start: "Start",
  tokenWanted: "Unlock the sandbox with its token.",
  tokenWrong: "That token is not the sandbox's.",
  tryAgain: "Try again",
  typing: "typing…",
  unblock: "Unblock",
  unblockAndRestart: "Unblock and restart",
  unreachable: "The sandbox cannot be reached. Is Kiosk still running?",
  wrong: "Something went wrong.",
  you: "You",
  youAre: (name, phone) => `you are ${name}, ${phone}`,
};

const ar = {
  back: "العودة إلى الدردشة",
  block: "حظر",
  blocked: "لقد حظرت هذا البوت",
  bot: "البوت",
  contact: "جهة اتصال",
  copied: (text) => `نُسخ ${text}`,
  copy: "نسخ",
  copyOf: (text) => `انسخ ${text}`,
  copyThis: (text) => `انسخ هذا: ${text}`,
  createFirst: "أنشئ شخصًا أولًا: اسمًا ورقم هاتف وهميًا.",
  edited: "معدّلة",
  forwarded: "محوّلة",
  forwardedContact: "جهة اتصال محوّلة",
  fromButton: (label) => `من ${label}: `,
  gone: "حذف الحساب",
  kinds: { bot: "بوت", group: "مجموعة", supergroup: "مجموعة كبيرة" },
  link: "رابط يطلب منك فتح البوت. اختر الشخص الذي أُنشئ الرابط لهاتفه ثم تابع.",
  mail: (count) => (count === 0 ? "البريد" : `البريد (${count})`),
  mailCount: (count) => (count === 0 ? "هنا يصل ما كان المتجر سيرسله بالبريد." : `${count} في صندوق البريد`),
  mailFrame: "الرسالة البريدية",
  mailTo: (to) => `إلى ${to}`,
  mailFromTo: (from, to) => `من ${from} إلى ${to}`,
  members: (count, name) => `الأعضاء: ${count}، أنت ${name}`,
  message: "رسالة",
  messageButtons: "أزرار",
  migrated: "أصبحت هذه المجموعة مجموعة كبيرة",
  migratedChat: "أصبحت مجموعة كبيرة",
  noSubject: "(بلا موضوع)",
  openBot: "لا رسائل بعد. افتح البوت في الأعلى، كما تفعل نقرة على الرابط.",
  openBotAs: (name) => `افتح البوت باسم ${name}`,
  photo: "صورة",
  photoOf: (width, height) => `صورة، ${width} × ${height}`,
  place: (latitude, longitude) => `موقع ${latitude}, ${longitude}`,
  pressStart: "لا رسائل بعد. اضغط «ابدأ» كما يفعل زبون جديد.",
  protected: "محمية",
  reconnecting: "تجري إعادة الاتصال…",
  reply: "رد",
  sandboxBot: "بوت التجربة",
  show: "أظهر",
  start: "ابدأ",
  tokenWanted: "افتح بيئة التجربة برمزها.",
  tokenWrong: "هذا ليس رمز بيئة التجربة.",
  tryAgain: "حاول مرة أخرى",
  typing: "يكتب…",
  unblock: "إلغاء الحظر",
  unblockAndRestart: "إلغاء الحظر والبدء من جديد",
  unreachable: "لا يمكن الوصول إلى بيئة التجربة. هل ما زال كشك يعمل؟",
  wrong: "حدث خطأ.",
  you: "أنت",
  youAre: (name, phone) => `أنت ${name}، ‎${phone}`,
};

/** What index.html says, by the English of it. */
const arabicOf = {
  "This is a stand-in for Telegram.": "هذا بديل عن تيليجرام.",
  "Nothing here leaves your machine.": "لا شيء هنا يغادر جهازك.",
  People: "الأشخاص",
  "Each of them is a made-up customer with a phone. Pick one to hold that phone.":
    "كل منهم زبون متخيّل له هاتف. اختر أحدهم لتمسك هاتفه.",
  "New person": "شخص جديد",
  "You came by a link: use the phone number that is signing in.":
    "جئت عبر رابط: استخدم رقم الهاتف الذي يسجّل الدخول.",
  "First name": "الاسم الأول",
  Phone: "الهاتف",
  Create: "أنشئ",
  Chats: "الدردشات",
  "New group": "مجموعة جديدة",
  Title: "العنوان",
  "Who else is in it": "من أيضًا فيها",
  "The bot is brought in at once.": "يُضاف البوت إليها فورًا.",
  "Create group": "أنشئ المجموعة",
  Mail: "البريد",
  "Sandbox token": "رمز بيئة التجربة",
  "This browser is not on the machine that runs the sandbox, so it has to show the token.":
    "هذا المتصفح ليس على الجهاز الذي يشغّل بيئة التجربة، فعليه أن يُظهر الرمز.",
  Unlock: "افتح",
  Chat: "الدردشة",
  Bot: "البوت",
  Block: "حظر",
  Messages: "الرسائل",
  Commands: "الأوامر",
  Message: "رسالة",
  Send: "أرسل",
  "Keyboard from the bot": "لوحة مفاتيح من البوت",
  Start: "ابدأ",
  Mailbox: "صندوق البريد",
  "Back to the chat": "العودة إلى الدردشة",
  "Open mail": "الرسالة المفتوحة",
  OK: "حسنًا",
  "Telegram sandbox": "بيئة تجربة تيليجرام",
};

const isArabic = new URLSearchParams(location.search).get("language") === "ar";

/** The words of the page's language: the one that its address names, else English. */
export const words = isArabic ? ar : en;

const translated = (text) => arabicOf[text.trim().replaceAll(/\s+/g, " ")];

/** Puts what stands in index.html into the page's language. */
export function translatePage() {
  if (!isArabic) return;
  Object.assign(document.documentElement, { lang: "ar", dir: "rtl" });
  document.title = translated(document.title) ?? document.title;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    texts.currentNode.data = translated(texts.currentNode.data) ?? texts.currentNode.data;
  for (const name of ["aria-label", "placeholder"])
    for (const node of document.querySelectorAll(`[${name}]`))
      node.setAttribute(name, translated(node.getAttribute(name)) ?? node.getAttribute(name));
}
