import { formatMoney } from "../../../shared/kernel/money.ts";
import { html, lines } from "../html.ts";
import { alertMarks, cardOf, shownNumber, shownReason, shownTotals, statusMarks } from "./card.ts";
import { chatArabic } from "./chat-arabic.ts";
import { codeEndedArabic } from "./code-texts.ts";
import { isolate } from "./isolate.ts";
import { shownMoment } from "./moment.ts";
import { parkedPath, shownTypes } from "./parked.ts";
import { preferenceArabic } from "./preference-texts.ts";
import { type PurposeWords, purposeIn } from "./purposes.ts";
import { stockArabic } from "./stock-arabic.ts";
import { teamArabic } from "./team-arabic.ts";
import type { CodeWords, Texts } from "./texts.ts";
import { whyArabic } from "./why-arabic.ts";

const status: Texts["status"] = {
  pending: "قيد المراجعة",
  confirmed: "تم التأكيد",
  rejected: "مرفوض",
  packed: "تم التغليف",
  shipped: "في الطريق",
  delivered: "تم التسليم",
  cancelled: "ملغى",
  returned: "مُعاد",
};

const headline = {
  rejected: "تعذّر قبول طلبك",
  shipped: "طلبك في الطريق إليك",
  delivered: "تم تسليم طلبك",
  cancelled: "تم إلغاء طلبك",
} as const;

const alert = { confirmed: status.confirmed, changed: "تم التعديل", cancelled: status.cancelled } as const;

const alerts = { confirmed: "طلبات جديدة", changed: "طلبات تغيّرت", cancelled: "طلبات أُلغيت" } as const;

/** Why an order came into its status; of a parcel, with what it is sent. */
const reasonWord = (status: string): string => (status === "shipped" ? "الشحنة" : "السبب");
const reasonLine = (reason: string | null, status = "") =>
  reason === null ? null : html`${reasonWord(status)}: ${isolate(shownReason(reason))}`;
const changesLine = (changes: string | null) =>
  changes === null ? null : html`${isolate(shownReason(changes))}`;

const purposes: PurposeWords = {
  login: "رمز تسجيل الدخول",
  other: "رمز التأكيد",
  "step-up": "رمز التأكيد لإجراء حسّاس من المشرف",
  "step-up:users.manage": "رمز التأكيد لتغيير دور مستخدم أو حظره",
  "step-up:users.erase": "رمز التأكيد لحذف حساب مستخدم",
  "step-up:ops.drop": "رمز التأكيد للتخلي عن حدث نهائياً",
  "step-up:password.set": "رمز التأكيد لتعيين كلمة مرورك",
  "step-up:admin.sign-in": "رمز التأكيد للدخول بصفة مشرف",
  "step-up:orders.refund": "رمز التأكيد لإعادة ما دفعه عميل",
  "step-up:broadcast.send": "رمز التأكيد لإرسال رسالة إلى كثيرين",
};

const code = ({ code: digits, shop, askedFrom, expiresInMinutes, purpose }: CodeWords) =>
  lines(
    html`<b>${isolate(shop)}</b>: ${purposeIn(purposes, purpose)}`,
    html``,
    html`<code>${digits}</code>`,
    html``,
    html`طُلب من: ${isolate(askedFrom)}`,
    html`مدة صلاحيته بالدقائق: ${expiresInMinutes}. اكتبه فقط حيث بدأت.`,
    html`لا تعطه لأحد: لن يطلبه منك أحد من ${isolate(shop)}.`,
  );

export const arabic: Texts = {
  locale: "ar",
  preferences: preferenceArabic,
  chat: chatArabic,
  stock: stockArabic,
  why: whyArabic(status),
  team: teamArabic,
  greeting: (shop) =>
    lines(
      html`<b>أهلاً بك في ${isolate(shop)}</b>`,
      html``,
      html`يرسل لك هذا البوت رموز تسجيل الدخول وأخبار طلباتك.`,
      html`لتسجيل الدخول اختر «الدخول عبر تيليجرام» في المتجر وافتح الرابط الذي يظهر لك.`,
      html``,
      html`للمزيد: /help`,
    ),
  help: (shop) =>
    lines(
      html`<b>بوت ${isolate(shop)}</b>`,
      html``,
      html`• الدخول: افتح الرابط الذي يعرضه المتجر، فيصلك رمز هنا؛ اكتبه في المتجر.`,
      html`• الطلبات: لكل طلب بطاقة في هذه المحادثة تتحدّث أولاً بأول.`,
      html`  وفي /orders الأخيرة منها، لإلغائها أو طلبها من جديد؛ و/why ثم رقم طلب تقول سبب حاله.`,
      html`• حسابك: /language و/privacy و/logout. المتجر: /support`,
      html`• رمز لم تطلبه: اضغط «لست أنا» تحته ولا تعطه لأحد.`,
    ),
  hint: () => html`لا أستطيع قراءة النص الحر. سجّل الدخول من صفحة المتجر، أو انظر /help`,

  contactNeeded: (shop) =>
    lines(
      html`<b>خطوة واحدة لتسجيل الدخول إلى ${isolate(shop)}</b>`,
      html``,
      html`شارك رقم هاتفك بالزر أدناه لنعرف لمن هذا الحساب.`,
      html`إن لم تبدأ تسجيل الدخول الآن فتجاهل هذه الرسالة.`,
    ),
  shareContact: "📱 مشاركة رقم هاتفي",
  contactRefused: () =>
    html`من فضلك استخدم الزر أدناه: فهو يشارك رقمك أنت. لا تُقبل جهة اتصال معاد توجيهها أو تخص شخصاً آخر.`,
  contactNotAsked: () => html`شكراً، لا أحتاج إلى جهة اتصال الآن. ابدأ من المتجر: «الدخول عبر تيليجرام».`,
  contactAccepted: () => html`شكراً. لحظة واحدة…`,

  link: {
    unknown: () =>
      lines(
        html`<b>لم يعد هذا الرابط صالحاً</b>`,
        html`ربما انتهت مدته أو استُخدم. ارجع إلى المتجر وابدأ من جديد.`,
      ),
    taken: () =>
      lines(html`<b>فتح شخص آخر هذا الرابط</b>`, html`ارجع إلى المتجر وابدأ من جديد لتحصل على رابط خاص بك.`),
    blocked: () => html`هذا الحساب محظور. يُرجى مراسلة المتجر.`,
    tryLater: () => html`محاولات كثيرة في وقت قصير. انتظر بضع دقائق ثم ابدأ من جديد في المتجر.`,
  },
  contact: {
    bound: () => html`رقمك محدّث. لا شيء آخر مطلوب هنا.`,
    otherPhone: () =>
      lines(
        html`<b>هذا رقم آخر</b>`,
        html`يختلف عن الرقم المكتوب في المتجر. ارجع وابدأ من جديد برقم هذا الحساب.`,
      ),
    nothingPending: () => html`لا يوجد تسجيل دخول بانتظارك. ارجع إلى المتجر وابدأ من جديد.`,
    invalidPhone: () => html`أعطانا تيليجرام رقماً لا يمكننا استخدامه. يُرجى مراسلة المتجر.`,
  },

  code,
  copyCode: "نسخ الرمز",
  notMe: "لست أنا",
  codeEnded: codeEndedArabic,
  denied: "أُلغي. لم يعد الرمز يعمل.",
  nothingToDeny: "لم يعد تسجيل الدخول هذا مفتوحاً.",
  sessionDenied: () =>
    lines(
      html`🔐 <b>أُنهي تسجيل الدخول ذاك</b>`,
      html`لا يستطيع أحد متابعته. إن كنت قد أعطيت أحداً رمزاً أو كلمة مرورك فلا تكرر ذلك، وغيّر كلمة المرور.`,
    ),
  signedOut: "سُجّل الخروج هناك.",
  nothingToSignOut: "انتهى تسجيل الدخول ذاك من قبل.",
  erased: (shop, erasureId) =>
    lines(
      html`<b>${isolate(shop)}</b>: مُحيت بياناتك`,
      html``,
      html`زال حسابك وعناوينك وملاحظاتك وما احتفظنا به من هذه المحادثة. تبقى الطلبات في دفاتر المتجر من دون اسمك.`,
      html`رقم الإيصال <code>${erasureId}</code>، ويُفتح بالسر الذي حصلت عليه عند الطلب.`,
      html`هذه آخر رسالة. يمكنك حذف هذه المحادثة.`,
    ),

  unknownButton: "لم يعد هذا الزر مستخدماً.",
  failed: (reference) =>
    html`لم ينجح ذلك، وليس الخطأ منك. حاول مرة أخرى بعد دقيقة (المرجع <code>${reference}</code>).`,
  failedShort: "لم ينجح ذلك. حاول مرة أخرى بعد دقيقة.",
  outcomeUnknown: "لم يرد المتجر، وربما تم ذلك. انظر إلى الحال قبل أن تحاول من جديد.",

  status,
  orderCard: (notice) =>
    cardOf(notice, {
      locale: "ar",
      title: (number) => html`<b>الطلب ${isolate(number)}</b>`,
      status: status[notice.status],
      more: (count) => html`أصناف أخرى: ${count}`,
      total: "المجموع",
      reason: reasonWord(notice.status),
    }),
  orderHeadline: (notice) =>
    lines(
      html`${statusMarks[notice.status]} ${headline[notice.status]} <b>${isolate(shownNumber(notice.number))}</b>.`,
      reasonLine(notice.reason, notice.status),
    ),
  orderAlert: (notice) =>
    lines(
      html`${alertMarks[notice.status]} <b>الطلب ${isolate(shownNumber(notice.number))}</b>: ${alert[notice.status]}`,
      html`عدد القطع: ${notice.pieces} · ${formatMoney(notice.total, "ar")}`,
      notice.status === "changed" ? changesLine(notice.reason) : reasonLine(notice.reason),
    ),
  orderAlerts: ({ status, count, totals, numbers, more }) =>
    lines(
      html`${alertMarks[status]} <b>${alerts[status]}: ${count}</b>، المجموع ${shownTotals(totals, "ar")}`,
      html`${isolate(numbers)}${more > 0 ? `، وغيرها: ${more}` : ""}`,
    ),
  andMore: (count) => html`وغيرها: ${count}`,
  stockLow: ({ sku, available, threshold }) =>
    available > 0
      ? html`⚠️ المخزون يقترب من النفاد: <b>${isolate(sku)}</b>، المتبقي ${available} (الحد ${threshold}).`
      : html`🚫 نفد المخزون: <b>${isolate(sku)}</b> (الحد ${threshold}).`,
  stockRestocked: ({ sku, available }) =>
    html`🔄 عاد إلى المخزون: <b>${isolate(sku)}</b>، المتاح ${available}.`,
  messagesParked: ({ queue, count, types }) =>
    lines(
      html`🅿️ أحداث تعذّرت معالجتها ووُضعت جانباً، عددها: ${count}.`,
      html`الطابور: \u2068<code>${queue}</code>\u2069`,
      html`النوع: ${isolate(shownTypes(types))}`,
      html`انظر \u2068<code>${parkedPath(queue)}</code>\u2069 وأعد تشغيلها من هناك بعد إزالة السبب.`,
    ),
  sessionStolen: ({ device }) =>
    lines(
      html`🔐 <b>سُجّل خروجك${device === null ? "" : ` من ${isolate(device)}`} حفاظاً على أمانك</b>`,
      html`استُخدم من جديد مفتاح قديم لهذا الدخول كان قد استُبدل: ربما نسخه شخص آخر. لا يستطيع أحد متابعته على أي جهاز.`,
      html`سجّل الدخول من جديد حيث تحتاج، وراجع الأجهزة الأخرى التي دخلت منها وأخرج ما لا تعرفه.`,
    ),
  newDevice: ({ device, place, at, timezone }) =>
    lines(
      html`🔐 <b>تسجيل دخول من جهاز جديد</b>`,
      device === null ? null : html`الجهاز: ${isolate(device)}`,
      place === null ? null : html`المكان: ${isolate(place)}`,
      html`الوقت: ${isolate(shownMoment(at, timezone, "ar"))}`,
      html`إن كنت أنت فلا يلزمك شيء، وإلا فاضغط «لست أنا» ليُسجَّل الخروج هناك فوراً.`,
    ),
  botConflict: ({ botId }) =>
    lines(
      html`🚨 <b>برنامج آخر يجلب رسائل هذا البوت</b>`,
      html`يستعمل رمز البوت <code>${botId}</code>، وقد لا يصل إلى المتجر ما يكتبه العملاء أو يضغطونه.`,
      html`أوقف البرنامج الآخر. فإن لم يعرفه أحد فألغِ الرمز لدى @BotFather وضع الرمز الجديد.`,
    ),
  phoneReleased: () =>
    lines(
      html`📱 <b>رقم هاتفك صار لحساب آخر</b>`,
      html`أثبت شخص آخر أن الرقم له. يبقى حسابك كما هو من دون رقم، وتبقى مسجّل الدخول.`,
      html`إن كان الرقم ما زال لك فسجّل الدخول به: افتح الرابط الذي يعرضه المتجر وشارك جهة اتصالك.`,
    ),
};
