import type { Locale } from "../domain/locale.ts";
import type { Notice } from "../domain/notice.ts";
import type { ShownStatus } from "../domain/order-status.ts";
import { type Html, html, lines } from "../telegram/html.ts";
import { isolate } from "../telegram/texts/isolate.ts";
import { shownMoment } from "../telegram/texts/moment.ts";

type NewDevice = Extract<Notice, { template: "new-device" }>;

/** What mail says otherwise than the bot, which has buttons. */
export interface MailTexts {
  /** One line, for the subject. */
  readonly subject: (notice: Notice) => string;
  readonly newDevice: (notice: NewDevice) => Html;
  readonly footer: (shop: string) => Html;
  readonly unsubscribe: string;
  readonly codeSubject: (shop: string) => string;
  readonly code: (shop: string, code: string, minutes: number) => Html;
  /** The page on which advertising is ended, and what it says then. */
  readonly unsubscribePage: { readonly question: string; readonly button: string; readonly done: string };
}

const orderEnglish: Readonly<Partial<Record<ShownStatus, string>>> = {
  confirmed: "is confirmed",
  rejected: "could not be accepted",
  shipped: "is on its way",
  delivered: "has been delivered",
  cancelled: "has been cancelled",
};

const subjectEnglish = (notice: Notice): string => {
  switch (notice.template) {
    case "order-card":
      return `Your order ${notice.number} ${orderEnglish[notice.status] ?? "has changed"}`;
    case "back-in-stock":
      return `${notice.sku} is back in stock`;
    case "session-stolen":
      return "You were signed out to be safe";
    case "new-device":
      return "A sign-in on a new device";
    case "phone-released":
      return "Your phone number belongs to another account now";
    default:
      return "News of the shop";
  }
};

export const mailEnglish: MailTexts = {
  subject: subjectEnglish,
  newDevice: ({ device, place, at, timezone }) =>
    lines(
      html`🔐 <b>A sign-in on a new device</b>`,
      device === null ? null : html`Device: ${device}`,
      place === null ? null : html`Place: ${place}`,
      html`Time: ${shownMoment(at, timezone, "en")}`,
      html`If that was you, there is nothing to do. If not, sign out everywhere, in the shop or by /logout in the bot's chat.`,
    ),
  footer: (shop) =>
    html`You get this because mail is on in your account at ${shop}. Nobody reads answers to it.`,
  unsubscribe: "No more offers by mail",
  codeSubject: (shop) => `${shop}: confirm your address`,
  code: (shop, code, minutes) =>
    lines(
      html`<b>${shop}</b>: your code to have mail sent to this address`,
      html``,
      html`<b>${code}</b>`,
      html``,
      html`It works for ${minutes} min, in the account that asked for it. If that was not you, ignore this: nothing will be sent.`,
    ),
  unsubscribePage: {
    question: "Shall we send you no more offers?",
    button: "No more offers",
    done: "Done: no more offers. News of your orders still comes.",
  },
};

const orderArabic: Readonly<Partial<Record<ShownStatus, string>>> = {
  confirmed: "تم تأكيده",
  rejected: "تعذّر قبوله",
  shipped: "في الطريق إليك",
  delivered: "تم تسليمه",
  cancelled: "تم إلغاؤه",
};

const subjectArabic = (notice: Notice): string => {
  switch (notice.template) {
    case "order-card":
      return `طلبك ${isolate(notice.number)} ${orderArabic[notice.status] ?? "تغيّر"}`;
    case "back-in-stock":
      return `عاد ${isolate(notice.sku)} إلى المخزون`;
    case "session-stolen":
      return "تم تسجيل خروجك حفاظاً على الأمان";
    case "new-device":
      return "تسجيل دخول من جهاز جديد";
    case "phone-released":
      return "رقم هاتفك صار لحساب آخر";
    default:
      return "أخبار المتجر";
  }
};

export const mailArabic: MailTexts = {
  subject: subjectArabic,
  newDevice: ({ device, place, at, timezone }) =>
    lines(
      html`🔐 <b>تسجيل دخول من جهاز جديد</b>`,
      device === null ? null : html`الجهاز: ${isolate(device)}`,
      place === null ? null : html`المكان: ${isolate(place)}`,
      html`الوقت: ${isolate(shownMoment(at, timezone, "ar"))}`,
      html`إن كنت أنت فلا شيء عليك. وإلا فسجّل الخروج من كل مكان، في المتجر أو بالأمر ${isolate("/logout")} في محادثة البوت.`,
    ),
  footer: (shop) =>
    html`تصلك هذه الرسالة لأن البريد مفعّل في حسابك لدى ${isolate(shop)}. لا أحد يقرأ الردود عليها.`,
  unsubscribe: "لا مزيد من العروض بالبريد",
  codeSubject: (shop) => `${isolate(shop)}: تأكيد عنوانك`,
  code: (shop, code, minutes) =>
    lines(
      html`<b>${isolate(shop)}</b>: رمزك لتفعيل البريد إلى هذا العنوان`,
      html``,
      html`<b>${code}</b>`,
      html``,
      html`مدة صلاحيته بالدقائق: ${minutes}، في الحساب الذي طلبه. إن لم تكن أنت فتجاهل هذه الرسالة: لن يُرسل شيء.`,
    ),
  unsubscribePage: {
    question: "هل نوقف إرسال العروض إليك؟",
    button: "لا مزيد من العروض",
    done: "تم: لا مزيد من العروض. أخبار طلباتك تبقى.",
  },
};

const byLocale: Readonly<Record<Locale, MailTexts>> = { en: mailEnglish, ar: mailArabic };

export const mailTextsFor = (locale: Locale): MailTexts => byLocale[locale];
