import type { categories } from "../../domain/preferences.ts";
import { type Html, html, lines } from "../html.ts";
import { isolate } from "./isolate.ts";

/** The person's settings as a message shows them. */
export interface SettingsWords {
  readonly timezone: string;
  /** Null: none. */
  readonly quietHours: { readonly from: string; readonly to: string } | null;
}

/** What people choose to be told of. */
export interface PreferenceTexts {
  readonly shown: (words: SettingsWords) => Html;
  readonly category: Readonly<Record<(typeof categories)[number], string>>;
  readonly quietOn: (from: string, to: string) => string;
  readonly quietOff: string;
  /** On the button for the language; `null`: the account's. */
  readonly language: (chosen: string | null) => string;
  readonly saved: string;
  /** To somebody who has no account yet. */
  readonly unknownPerson: () => Html;
  readonly unknownPersonShort: string;
  readonly stopped: () => Html;
  readonly stoppedShort: string;
  /** Below every message of the shop to many. */
  readonly stop: string;
  readonly broadcast: (text: string) => Html;
  readonly backInStock: {
    readonly told: (sku: string) => Html;
    readonly subscribed: (sku: string) => Html;
    readonly subscribedShort: string;
    readonly unsubscribed: (sku: string) => Html;
    readonly unsubscribedShort: string;
    readonly tooMany: (most: number) => Html;
    readonly tooManyShort: string;
    /** Below a product that is sold out, and below the answer to that. */
    readonly notifyMe: string;
    readonly dontNotifyMe: string;
  };
}

export const preferenceEnglish: PreferenceTexts = {
  shown: ({ quietHours, timezone }) =>
    lines(
      html`<b>What this bot tells you</b>`,
      html`Tap what you want to change; it counts at once.`,
      html``,
      html`Codes and what concerns the safety of your account always come.`,
      quietHours === null
        ? html`Quiet hours: none. They hold back offers only.`
        : html`Quiet hours: ${quietHours.from}–${quietHours.to} (${timezone}). They hold back offers only.`,
    ),
  category: {
    orders: "News of my orders",
    backInStock: "Products that are back",
    marketing: "Offers and news of the shop",
    orderAlerts: "Alerts: orders",
    stockAlerts: "Alerts: stock",
  },
  quietOn: (from, to) => `🌙 Quiet ${from}–${to}: end`,
  quietOff: "🌙 Quiet hours: begin",
  language: (chosen) => `🌐 Language: ${chosen === null ? "as in my account" : chosen}`,
  saved: "Saved.",
  unknownPerson: () =>
    html`You have no account here yet. Sign in first: choose “Sign in with Telegram” in the shop.`,
  unknownPersonShort: "Sign in first, in the shop.",
  stopped: () =>
    lines(
      html`<b>No more offers</b>`,
      html`News of your orders still comes. Everything can be chosen in /notifications.`,
    ),
  stoppedShort: "No more offers. News of your orders still comes.",
  stop: "No more offers",
  broadcast: (text) => html`${text}`,
  backInStock: {
    told: (sku) =>
      lines(
        html`🔔 <b>${sku} is back in stock</b>`,
        html`You wanted to know. Others do too: first come, first served.`,
      ),
    subscribed: (sku) =>
      lines(html`🔔 <b>${sku}</b>`, html`We write to you once, as soon as there is some again.`),
    subscribedShort: "We write to you as soon as there is some.",
    unsubscribed: (sku) => lines(html`<b>${sku}</b>`, html`You are not told of it any more.`),
    unsubscribedShort: "You are not told of it any more.",
    tooMany: (most) =>
      html`You wait for ${most} products already, which is the most. Take one out in the shop first.`,
    tooManyShort: "You wait for too many products already.",
    notifyMe: "🔔 Tell me when it is back",
    dontNotifyMe: "Don't tell me",
  },
};

export const preferenceArabic: PreferenceTexts = {
  shown: ({ quietHours, timezone }) =>
    lines(
      html`<b>ما الذي يخبرك به هذا البوت</b>`,
      html`اضغط ما تريد تغييره؛ ويسري فوراً.`,
      html``,
      html`الرموز وما يخص أمان حسابك تصلك دائماً.`,
      quietHours === null
        ? html`ساعات الهدوء: لا توجد. وهي تؤجّل العروض فقط.`
        : html`ساعات الهدوء: ${isolate(`${quietHours.from}–${quietHours.to} (${timezone})`)}. وهي تؤجّل العروض فقط.`,
    ),
  category: {
    orders: "أخبار طلباتي",
    backInStock: "منتجات عادت",
    marketing: "عروض المتجر وأخباره",
    orderAlerts: "تنبيهات: الطلبات",
    stockAlerts: "تنبيهات: المخزون",
  },
  quietOn: (from, to) => `🌙 هدوء ${isolate(`${from}–${to}`)}: إنهاء`,
  quietOff: "🌙 ساعات الهدوء: تشغيل",
  language: (chosen) => `🌐 اللغة: ${chosen === null ? "كما في حسابي" : isolate(chosen)}`,
  saved: "تم الحفظ.",
  unknownPerson: () => html`ليس لك حساب هنا بعد. سجّل الدخول أولاً: اختر «الدخول عبر تيليجرام» في المتجر.`,
  unknownPersonShort: "سجّل الدخول أولاً في المتجر.",
  stopped: () =>
    lines(html`<b>لا مزيد من العروض</b>`, html`أخبار طلباتك تبقى. ويمكن اختيار كل شيء في /notifications`),
  stoppedShort: "لا مزيد من العروض. أخبار طلباتك تبقى.",
  stop: "لا مزيد من العروض",
  broadcast: (text) => html`${text}`,
  backInStock: {
    told: (sku) =>
      lines(
        html`🔔 <b>عاد ${isolate(sku)} إلى المخزون</b>`,
        html`أردت أن تعرف، ومثلك آخرون: الأولوية لمن يسبق.`,
      ),
    subscribed: (sku) => lines(html`🔔 <b>${isolate(sku)}</b>`, html`نكتب لك مرة واحدة فور توفره من جديد.`),
    subscribedShort: "نكتب لك فور توفره.",
    unsubscribed: (sku) => lines(html`<b>${isolate(sku)}</b>`, html`لن نخبرك عنه بعد الآن.`),
    unsubscribedShort: "لن نخبرك عنه بعد الآن.",
    tooMany: (most) => html`تنتظر ${most} منتجاً بالفعل، وهو الحد الأقصى. أزل واحداً في المتجر أولاً.`,
    tooManyShort: "تنتظر منتجات كثيرة بالفعل.",
    notifyMe: "🔔 أخبرني عند عودته",
    dontNotifyMe: "لا تخبرني",
  },
};
