import type { Doer } from "../../usecases/staff-orders.ts";
import { clip, html, lines } from "../html.ts";
import { NAME_MAX, shownNumber } from "./card.ts";
import { isolate } from "./isolate.ts";
import { staffCardOf } from "./staff-card.ts";
import type { TeamTexts } from "./team-texts.ts";

/** A name in an answer to a tap, which has 200 characters at most (Bot API, answerCallbackQuery). */
const SHORT_NAME_MAX = 40;

const status: TeamTexts["status"] = {
  pending: "قيد المراجعة",
  confirmed: "جديد: بانتظار التغليف",
  rejected: "مرفوض",
  packed: "مغلّف: بانتظار الشحن",
  shipped: "في الطريق",
  delivered: "تم التسليم",
  cancelled: "ملغى",
  returned: "مُرجع",
};

/** By the words of an order's timeline. */
const deeds: Readonly<Record<string, string>> = {
  confirmed: "تأكيده",
  rejected: "رفضه",
  packed: "تغليفه",
  shipped: "شحنه",
  delivered: "تسجيل تسليمه",
  cancelled: "إلغاؤه",
  returned: "استرجاعه",
  claimed: "تولّيه",
  "claim-released": "تركه",
  "lines-changed": "تغيير كمياته",
  retried: "إعادة محاولته",
  archived: "أرشفته",
};

const shortName = (name: string): string =>
  name === "" ? "أحد العاملين" : isolate(clip(name, SHORT_NAME_MAX));

const nameOf = (by: Doer): string => {
  if (by.kind === "staff") return shortName(by.name);
  return by.kind === "user" ? "العميل" : "المتجر";
};

export const teamArabic: TeamTexts = {
  status,
  card: (view) =>
    staffCardOf(view, {
      locale: "ar",
      title: (number) => html`🧾 <b>الطلب ${isolate(number)}</b>`,
      status: status[view.status],
      more: (count) => html`و${count} غيرها`,
      total: "المجموع",
      reason: view.status === "shipped" ? "الشحنة" : "السبب",
      claimedBy: (name) => html`يتولّاه ${name === "" ? "أحد العاملين" : isolate(name)}`,
      note: "ملاحظة",
      phone: (phone) => html`${isolate(phone)}`,
    }),
  cardOf: (number) => html`🧾 الطلب ${isolate(shownNumber(number))} كما يراه العاملون في المتجر`,
  buttons: {
    open: "فتح",
    openOrder: (number) => `فتح ${isolate(shownNumber(number))}`,
    claim: "أتولّاه",
    release: "أتركه",
    move: {
      packed: "غُلّف",
      shipped: "شحن…",
      delivered: "سُلّم",
      returned: "أُرجع…",
      cancelled: "إلغاء…",
    },
    shipWords: "كتابة رقم التتبّع",
    shipPlain: "شحن بلا رقم",
    returnSure: "نعم، عادت البضاعة",
    cancelWords: "بكلماتي",
    cancelPlain: "بلا سبب",
    back: "رجوع",
    retry: "إعادة المحاولة",
  },
  reasons: ["بطلب من العميل", "غير متوفر", "تعذّر الوصول إلى العنوان"],
  ask: {
    shipped: "بأي رقم تتبّع؟",
    returned: "هل عادت البضاعة؟",
    cancelled: "لماذا يُلغى الطلب؟ سيقرأ المشتري السبب.",
  },
  askWords: (to, number, name) =>
    to === "shipped"
      ? html`${isolate(clip(name, SHORT_NAME_MAX))}، أجب عن هذه الرسالة برقم تتبّع <b>${isolate(shownNumber(number))}</b>. سيقرؤه المشتري.`
      : html`${isolate(clip(name, SHORT_NAME_MAX))}، أجب عن هذه الرسالة: لماذا يُلغى <b>${isolate(shownNumber(number))}</b>؟ سيقرأ المشتري السبب.`,
  placeholder: { shipped: "شركة الشحن والرقم", cancelled: "السبب" },
  wordsTooLong: (max) => html`هذا طويل: ${max} حرفاً على الأكثر. أجب عن الرسالة السابقة من جديد.`,
  onlyAsked: html`لا يجيب عن هذا إلا من سُئل.`,

  done: {
    packed: "تم التغليف.",
    shipped: "تم الشحن.",
    delivered: "تم التسليم.",
    returned: "تم الاسترجاع.",
    cancelled: "تم الإلغاء.",
    claimed: "صار الطلب لك.",
    "claim-released": "صار الطلب متاحاً لغيرك.",
    kept: "لم يتغيّر شيء.",
  },
  butClaimedBy: (owner) => `تنبيه: يتولّى هذا الطلب ${shortName(owner)}.`,
  overtaken: (by, what) => `سبقك ${nameOf(by)} إلى ${deeds[what] ?? "تغييره"}. هذه حاله الآن.`,
  claimedBy: (owner) => `يتولّى هذا الطلب ${shortName(owner)}.`,
  claimedByNobody: "لم يعد هذا ممكناً لهذا الطلب.",
  notYours: "هذا للعاملين في المتجر وحدهم.",
  anonymous: "أنت مجهول هنا فلا أعرف من أنت. افعلها باسمك.",

  group: {
    hello: () =>
      lines(
        html`<b>تصل تنبيهات المتجر إلى هنا من الآن</b>`,
        html`اختر أنواعها. يُنهيها \u2068/admin off\u2069.`,
      ),
    ended: () => html`لن تصل تنبيهات إلى هنا بعد الآن.`,
    notKnown: () => html`لا تصل تنبيهات إلى هنا. يبدأ ذلك مشرف المتجر بالأمر \u2068/admin here\u2069.`,
    usage: () =>
      html`الأمر \u2068/admin here\u2069 يجلب تنبيهات المتجر إلى هذه المجموعة، و\u2068/admin off\u2069 يوقفها.`,
    onlyAdmins: () => html`لا يفعل هذا إلا مشرف المتجر من حسابه.`,
    anonymous: () => html`تكتب باسم المجموعة فلا أعرف من أنت. اكتب باسمك لتفعل هذا.`,
    category: {
      orderAlerts: "الطلبات",
      stockAlerts: "المخزون",
      operations: "التشغيل",
    },
    saved: "حُفظ.",
    gone: "لم تعد التنبيهات تصل إلى هنا.",
    lost: () =>
      lines(
        html`👥 <b>مجموعة لم تعد تصلها التنبيهات</b>`,
        html`أُخرج البوت منها أو مُنع من الكتابة. أعده، ثم اكتب هناك \u2068/admin here\u2069.`,
      ),
  },

  sagasStuck: ({ count, numbers }) =>
    lines(
      html`⏱️ <b>طلبات متعثّرة، عددها: ${count}</b>`,
      html`${isolate(clip(numbers.join(", "), NAME_MAX * 2))}${count > numbers.length ? html` و${count - numbers.length} غيرها` : ""}`,
      html`خدمة تُسأل عنها لا تجيب. ستُستأنف من تلقاء نفسها، وتُسأل فوراً بالزر إذا عادت.`,
      html`انظر \u2068<code>/v1/ops/sagas?stuck=true</code>\u2069`,
    ),
  replayed: ({ replayed, failed, remaining }) =>
    [
      replayed === 0 && failed === 0 ? "لم يعد هناك شيء موضوع جانباً." : `نجح: ${replayed}.`,
      failed > 0 ? `تعذّر من جديد: ${failed}.` : "",
      remaining > 0 ? `بقي ${remaining}: اضغط مرة أخرى.` : "",
    ]
      .filter((part) => part !== "")
      .join(" "),
  retried: (count) => (count === 0 ? "لم يعد هناك طلب متعثّر." : `أُعيد السؤال عن ${count}.`),
};
