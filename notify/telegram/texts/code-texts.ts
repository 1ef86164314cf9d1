import type { CodeEnding } from "../../domain/code-ending.ts";
import { type Html, html, lines } from "../html.ts";
import { isolate } from "./isolate.ts";
import { shownMoment } from "./moment.ts";

/** What the message of a code says once the code is of no use. */
export type CodeEndedText = (shop: string, ending: CodeEnding) => Html;

const whereOf = ({ device, place }: Extract<CodeEnding, { reason: "used" }>): string =>
  place === null ? device : `${device}, ${place}`;

export const codeEndedEnglish: CodeEndedText = (shop, ending) => {
  switch (ending.reason) {
    case "used":
      return lines(
        html`✅ <b>${shop}</b>: ${ending.purpose === "login" ? "signed in" : "confirmed"} on ${whereOf(ending)}`,
        html`${shownMoment(ending.at, ending.timezone, "en")} – not you? Tap the button: it is signed out at once.`,
      );
    case "denied":
      return lines(
        html`<b>${shop}</b>: this sign-in was cancelled`,
        html`The code no longer works. Nobody goes on with it.`,
      );
    case "guessed":
      return lines(
        html`<b>${shop}</b>: this code was closed`,
        html`Too many wrong codes were typed in its place. If that was not you: nobody has got in.`,
      );
    case "expired":
      return lines(
        html`<b>${shop}</b>: this code has expired`,
        html`It no longer works: its time is over, or a newer one was sent.`,
      );
    default:
      return ending satisfies never;
  }
};

export const codeEndedArabic: CodeEndedText = (shop, ending) => {
  switch (ending.reason) {
    case "used":
      return lines(
        html`✅ <b>${isolate(shop)}</b>: ${ending.purpose === "login" ? "تم تسجيل الدخول" : "تم التأكيد"} من ${isolate(whereOf(ending))}`,
        html`${isolate(shownMoment(ending.at, ending.timezone, "ar"))} – لست أنت؟ اضغط الزر ليُسجَّل الخروج هناك فوراً.`,
      );
    case "denied":
      return lines(
        html`<b>${isolate(shop)}</b>: أُلغي تسجيل الدخول هذا`,
        html`لم يعد الرمز يعمل، ولا يستطيع أحد متابعته.`,
      );
    case "guessed":
      return lines(
        html`<b>${isolate(shop)}</b>: أُغلق هذا الرمز`,
        html`كُتبت مكانه رموز خاطئة كثيرة. إن لم تكن أنت فلم يدخل أحد.`,
      );
    case "expired":
      return lines(
        html`<b>${isolate(shop)}</b>: انتهت صلاحية هذا الرمز`,
        html`لم يعد يعمل: انتهت مدته أو أُرسل رمز أحدث.`,
      );
    default:
      return ending satisfies never;
  }
};
