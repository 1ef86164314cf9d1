import { formatMoney } from "../../../shared/kernel/money.ts";
import { clip, html, lines } from "../html.ts";
import { NAME_MAX, shownNumber, statusMarks } from "./card.ts";
import type { ChatTexts } from "./chat-texts.ts";
import { isolate } from "./isolate.ts";

/** Shortages that are named; the rest is a number. */
const SHORT_MAX = 8;

export const chatArabic: ChatTexts = {
  commands: {
    start: "ماذا يفعل هذا البوت",
    orders: "طلباتي الأخيرة",
    why: "سبب حال طلب: /why ثم رقمه",
    notifications: "بماذا أُخبَر",
    language: "لغة هذه المحادثة",
    help: "كيف يعمل",
    support: "مراسلة المتجر",
    privacy: "ما المحفوظ عني",
    logout: "الخروج من كل الأجهزة",
  },
  buttons: {
    orders: "طلباتي",
    notifications: "الإشعارات",
    openShop: "فتح المتجر",
    cancel: "إلغاء الطلب",
    cancelSure: "نعم، ألغِه",
    repeat: "اطلب مرة أخرى",
    repeatSure: "نعم، اطلب بأسعار اليوم",
    no: "لا",
    support: "الدعم",
    logOutSure: "الخروج من كل الأجهزة",
    export: "الحصول على بياناتي",
    erase: "حذف حسابي",
    eraseSure: "نعم، تابع",
    eraseLast: "احذف كل شيء الآن",
  },
  orders: {
    title: () => html`<b>طلباتك الأخيرة</b>`,
    none: () => html`لا طلبات لديك بعد. ما تطلبه في المتجر يظهر هنا.`,
    label: ({ number, status, total }) =>
      `${statusMarks[status]} ${isolate(shownNumber(number))} · ${formatMoney(total, "ar")}`,
    unknown: () => html`لا أجد هذا الطلب بين طلباتك. اضغط /orders لترى الأخيرة منها.`,
    refreshed: "كانت هذه البطاقة قديمة: هذا حال الطلب الآن.",
    notAllowed: "لم يعد ذلك ممكناً مع هذا الطلب.",
    askCancel: "هل تريد إلغاء هذا الطلب؟",
    askRepeat: "هل تريد طلب الشيء نفسه مرة أخرى؟",
    kept: "لم يتغيّر شيء.",
    cancelled: "أُلغي الطلب.",
    placed: ({ number, total }) =>
      html`🛒 تم تقديم <b>الطلب ${isolate(shownNumber(number))}</b>: ${formatMoney(total, "ar")}. بطاقته في الطريق.`,
    pending: ({ number, total }) =>
      html`🛒 <b>الطلب ${isolate(shownNumber(number))}</b> (${formatMoney(total, "ar")}) قيد المراجعة. بطاقته في الطريق.`,
    outOfStock: (short) =>
      lines(
        html`<b>لم يُطلب شيء: الكمية غير كافية الآن</b>`,
        ...short
          .slice(0, SHORT_MAX)
          .map(
            ({ name, quantity, available }) =>
              html`• ${isolate(clip(name, NAME_MAX))}: المطلوب ${quantity}، المتبقي ${available}`,
          ),
        short.length > SHORT_MAX ? html`وغيرها: ${short.length - SHORT_MAX}` : null,
        html`اطلب كمية أقل في المتجر، أو عد لاحقاً.`,
      ),
  },
  product: {
    shown: ({ name, sku, price, available }) =>
      lines(
        html`<b>${isolate(clip(name, NAME_MAX))}</b>`,
        html`${formatMoney(price, "ar")} · ${isolate(sku)}`,
        available > 0 ? html`✅ متوفر: ${available}` : html`🚫 غير متوفر الآن`,
      ),
    unknown: () => html`لا أجد هذا المنتج. ربما لم يعد المتجر يبيعه.`,
  },
  support: (shop, contact, orderNumber) =>
    lines(
      html`<b>${isolate(shop)}: الدعم</b>`,
      contact === null ? html`يُرجى مراسلة المتجر الذي اشتريت منه.` : html`تجدنا هنا: ${isolate(contact)}`,
      orderNumber === null ? null : html`يُرجى ذكر رقم طلبك: ${isolate(shownNumber(orderNumber))}`,
    ),
  language: {
    ask: () => html`بأي لغة أكتب لك؟`,
    set: () => html`من الآن أكتب لك بالعربية.`,
    own: "العربية",
  },
  logOut: {
    ask: () =>
      lines(
        html`<b>الخروج من كل الأجهزة؟</b>`,
        html`يُسجَّل خروجك من كل جهاز دخلت منه إلى المتجر. تبقى هذه المحادثة، ويصلك فيها رمز حين تدخل من جديد.`,
      ),
    done: () => html`✅ سُجّل خروجك من كل الأجهزة.`,
  },
  privacy: {
    shown: (shop) =>
      lines(
        html`<b>${isolate(shop)}: ما المحفوظ عنك</b>`,
        html`• معرّفك في تيليجرام واسمك ورقم هاتفك ولغتك: حتى تحذف الحساب.`,
        html`• طلباتك مع العناوين والملاحظات: حتى ذلك الحين، ثم تبقى في الدفاتر من دون اسمك.`,
        html`• ما كتبه لك هذا البوت: حتى ذلك الحين. رموز الدخول لا تُحفظ أبداً.`,
        html`• أحداث الأمان: حتى ذلك الحين، والعناوين والأجهزة فيها ٩٠ يوماً.`,
      ),
    export: (address) =>
      lines(
        html`نسخة من كل ما هو محفوظ عنك ملف يعطيه المتجر لمن سجّل الدخول فيه (\u2068<code>GET /v1/users/me/export</code>\u2069). لا يأتي إلى هذه المحادثة، فتيليجرام يحتفظ به.`,
        html`إن لم تجده فراسلنا: /support`,
        address === null ? null : html`${isolate(address)}`,
      ),
    askErase: () =>
      lines(
        html`<b>حذف حسابك؟</b>`,
        html`يُسجَّل خروجك ويُحذف اسمك ورقم هاتفك وعناوينك وملاحظاتك. الطلبات الجارية تصلك مع ذلك.`,
      ),
    askEraseAgain: () => lines(html`<b>لا رجعة في ذلك</b>`, html`هل تحذف حسابك نهائياً؟`),
    erasing: (erasureId, secret) =>
      lines(
        html`<b>يُحذف حسابك الآن</b>`,
        html`الإيصال: <code>${erasureId}</code>`,
        secret === null ? null : html`يُفتح بالسر <code>${secret}</code>. احتفظ به: لا يُقال إلا مرة.`,
        html`تصلك رسالة أخيرة حين يتم ذلك.`,
      ),
  },
  dismissed: "لم يتغيّر شيء.",
  aged: "هذه الرسالة قديمة. أرسل الأمر من جديد.",
  failures: {
    UNAUTHENTICATED: "لا حساب لهذه المحادثة بعد. سجّل الدخول من المتجر أولاً.",
    FORBIDDEN: "لا يحق لك ذلك. إن رأيت غير هذا فراسل المتجر.",
    STEP_UP_REQUIRED: "يتطلب هذا رمزاً جديداً: افعله في المتجر من فضلك.",
    NOT_FOUND: "لم أعد أجد ذلك.",
    CONFLICT: "لا يمكن ذلك الآن. انظر إلى الحال ثم حاول من جديد.",
    OUT_OF_STOCK: "الكمية غير كافية الآن.",
    VERSION_MISMATCH: "تغيّر ذلك في هذه الأثناء. انظر إلى الحال ثم حاول من جديد.",
    RATE_LIMITED: "محاولات كثيرة في وقت قصير. انتظر دقيقة.",
    OTP_INVALID: "هذا الرمز غير صحيح.",
    OTP_TOO_MANY: "محاولات كثيرة في وقت قصير. ابدأ من جديد.",
    TRY_LATER: "المتجر مشغول. حاول مرة أخرى بعد دقيقة.",
    PAYLOAD_TOO_LARGE: "هذا كثير دفعة واحدة. افعله في المتجر من فضلك.",
  },
};
