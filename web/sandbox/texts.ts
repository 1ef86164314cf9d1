import { type Language, useTexts } from "../shared/language.tsx";
import type { StepName } from "./guide/steps.ts";

/** Who and what a step is about. */
interface Who {
  readonly customer: string;
  readonly merchant: string;
  /** The SKU of what was ordered. */
  readonly sku: string;
}

interface StepTexts {
  title(who: Who): string;
  hint(who: Who): string;
  go(who: Who): string;
}

const steps: Readonly<Record<StepName, StepTexts>> = {
  signIn: {
    title: ({ customer }) => `Be ${customer}: sign in`,
    hint: () => "Watch the phone: the bot brings the code.",
    go: ({ customer }) => `Sign in as ${customer}`,
  },
  order: {
    title: () => "Buy something in the shop",
    hint: () => "Choose a product, add it to the cart, check out. Any made-up address will do.",
    go: () => "Show the shop",
  },
  card: {
    title: () => "See the order in the chat",
    hint: () => "The bot writes a card that follows the order.",
    go: () => "Show the chat",
  },
  restock: {
    title: ({ merchant }) => `Be ${merchant}, the merchant: restock`,
    hint: ({ sku }) => `Press +1 beside ${sku} in the console, or write /stock ${sku} to the bot.`,
    go: ({ merchant }) => `Go on as ${merchant}`,
  },
};

const en = {
  title: "Kiosk sandbox",
  lead: "Try it: buy as a customer, restock as the merchant. Nothing here leaves your machine.",
  shop: "Shop",
  console: "Console",
  chat: "Chat",
  mail: (count: number) => (count === 0 ? "Mail" : `Mail (${count})`),
  mailTitle: "Caught mail",
  close: "Close",
  dark: "Dark colours",
  light: "Light colours",
  people: "People",
  be: (name: string) => `Be ${name}`,
  merchant: "merchant",
  customer: "customer",
  chatOf: (name: string) => `${name}’s chat with the bot`,
  shopOf: (name: string) => `${name}’s browser`,
  signedIn: "signed in",
  signedOut: "not signed in",
  signIn: (name: string) => `Sign in as ${name}`,
  signingIn: "Signing in by the bot",
  panes: "What is shown",
  add: {
    title: "Add a person",
    firstName: "First name",
    phone: "Phone",
    phoneHint: "Made up; with country code",
    submit: "Add",
  },
  token: {
    title: "This browser is not on the machine that runs the sandbox",
    label: "Sandbox token",
    hint: "It is in SANDBOX_TOKEN, or in the data folder of Kiosk.",
    submit: "Unlock",
  },
  guide: {
    title: "Try it in four steps",
    done: "done",
    steps,
    over: "That was the whole way, live on both sides. Go on as you like: add people, sell something out, cancel an order in the chat.",
  },
};

export type SandboxTexts = typeof en;

const arabicSteps: Readonly<Record<StepName, StepTexts>> = {
  signIn: {
    title: ({ customer }) => `كن ${customer}: سجّل الدخول`,
    hint: () => "راقب الهاتف: البوت يحضر الرمز.",
    go: ({ customer }) => `سجّل الدخول باسم ${customer}`,
  },
  order: {
    title: () => "اشترِ شيئًا من المتجر",
    hint: () => "اختر منتجًا وأضفه إلى السلة وأتمّ الطلب. أي عنوان يصلح.",
    go: () => "اعرض المتجر",
  },
  card: {
    title: () => "شاهد الطلب في الدردشة",
    hint: () => "يكتب البوت بطاقة تتابع الطلب.",
    go: () => "اعرض الدردشة",
  },
  restock: {
    title: ({ merchant }) => `كن ${merchant}، التاجر: زوّد المخزون`,
    hint: ({ sku }) =>
      `اضغط \u2066+1\u2069 بجانب ${sku} في لوحة التحكم، أو اكتب للبوت \u2066/stock ${sku}\u2069`,
    go: ({ merchant }) => `تابع باسم ${merchant}`,
  },
};

const ar: SandboxTexts = {
  title: "بيئة تجربة كشك",
  lead: "جرّب: اشترِ كزبون، وزوّد المخزون كتاجر. لا شيء هنا يغادر جهازك.",
  shop: "المتجر",
  console: "لوحة التحكم",
  chat: "الدردشة",
  mail: (count) => (count === 0 ? "البريد" : `البريد (${count})`),
  mailTitle: "البريد الملتقط",
  close: "إغلاق",
  dark: "ألوان داكنة",
  light: "ألوان فاتحة",
  people: "الأشخاص",
  be: (name) => `كن ${name}`,
  merchant: "تاجر",
  customer: "زبون",
  chatOf: (name) => `دردشة ${name} مع البوت`,
  shopOf: (name) => `متصفح ${name}`,
  signedIn: "مسجّل الدخول",
  signedOut: "غير مسجّل الدخول",
  signIn: (name) => `سجّل الدخول باسم ${name}`,
  signingIn: "يجري تسجيل الدخول عبر البوت",
  panes: "ما يُعرض",
  add: {
    title: "أضف شخصًا",
    firstName: "الاسم الأول",
    phone: "الهاتف",
    phoneHint: "رقم وهمي مع رمز البلد",
    submit: "أضف",
  },
  token: {
    title: "هذا المتصفح ليس على الجهاز الذي يشغّل بيئة التجربة",
    label: "رمز بيئة التجربة",
    hint: "تجده في SANDBOX_TOKEN أو في مجلد بيانات كشك.",
    submit: "افتح",
  },
  guide: {
    title: "جرّب في أربع خطوات",
    done: "تمّ",
    steps: arabicSteps,
    over: "كان هذا الطريق كله، حيًّا على الجانبين. تابع كما تشاء: أضف أشخاصًا، أو بِع منتجًا حتى ينفد، أو ألغِ طلبًا في الدردشة.",
  },
};

const texts: Readonly<Record<Language, SandboxTexts>> = { en, ar };
export const useSandboxTexts = (): SandboxTexts => useTexts(texts);
