import { html, lines } from "../html.ts";
import { shownTotals } from "./card.ts";
import { isolate } from "./isolate.ts";
import { shownDay, shownRecent } from "./moment.ts";
import {
  byWords,
  shownDelta,
  shownLabel,
  shownName,
  shownSoldOut,
  shownStatusCounts,
  stockMark,
} from "./stock-card.ts";
import type { StockTexts } from "./stock-texts.ts";

const pageWords = (page: number): string => (page === 0 ? "" : `، الصفحة ${page + 1}`);

const by = { order: "طلب", system: "النظام", staff: "أحد العاملين" } as const;

const card: StockTexts["card"] = ({ stock, name, changes, snoozedUntil }, timezone) =>
  lines(
    html`📦 <b>${isolate(name === null ? stock.sku : shownName(name))}</b>`,
    name === null ? null : html`<code>${stock.sku}</code>`,
    html`في المخزن: <b>${stock.onHand}</b> · محجوز: ${stock.reserved}`,
    html`${stockMark(stock)} متاح: <b>${stock.available}</b> · حد النقص ${stock.lowStockThreshold}`,
    snoozedUntil === null
      ? null
      : html`🔕 لا تنبيهات حتى ${isolate(shownRecent(snoozedUntil, timezone, "ar"))}`,
    changes.length === 0 ? null : html`آخر التغييرات:`,
    ...changes.map(
      (change) =>
        html`${isolate(shownDelta(change.delta))} · ${isolate(byWords(change.by, by))} · ${isolate(shownRecent(change.at, timezone, "ar"))}`,
    ),
  );

const today: StockTexts["today"] = ({ today: { from, orders, low, lowIsMore, soldOut }, timezone, status }) =>
  lines(
    html`<b>اليوم، ${isolate(shownDay(from, timezone, "ar"))}</b>`,
    orders.count === 0 ? html`لا طلبات بعد.` : html`الطلبات: <b>${orders.count}</b>`,
    orders.count === 0 ? null : html`${shownStatusCounts(orders, status).join(" · ")}`,
    orders.revenue.length === 0 ? null : html`الإيراد: <b>${shownTotals(orders.revenue, "ar")}</b>`,
    html`مخزون ناقص: <b>${low}${lowIsMore ? "+" : ""}</b>`,
    soldOut.length === 0 ? null : html`🚫 نفد: ${isolate(shownSoldOut(soldOut))}`,
  );

export const stockArabic: StockTexts = {
  commands: {
    admin: "للعاملين في المتجر",
    stock: "البحث في المخزون: /stock ثم رمز أو كلمات",
    lowstock: "ما أوشك على النفاد",
    today: "حال المتجر اليوم",
  },
  buttons: {
    set: "تحديد…",
    setSure: (onHand) => `نعم، اجعله ${onHand}`,
    snooze: "🔕 صمت ٢٤ ساعة",
    unsnooze: "🔔 أعد التنبيهات",
    undo: "↩️ تراجع",
    open: (sku) => `📦 ${isolate(shownLabel(sku))}`,
    lowStock: "⚠️ مخزون ناقص",
    allStock: "📦 المخزون",
    today: "📈 اليوم",
    console: "فتح لوحة التحكم",
    before: "▶ السابق",
    after: "التالي ◀",
  },
  card,
  lowTitle: (page) => html`⚠️ <b>مخزون ناقص${pageWords(page)}</b>`,
  nothingLow: () => html`✅ لا شيء ناقص.`,
  allTitle: (page) =>
    lines(html`📦 <b>المخزون${pageWords(page)}</b>`, html`للبحث عن شيء: /stock ثم رمز المنتج أو كلمات.`),
  noStock: () => html`لا مخزون بعد. يُبدأ به في لوحة التحكم أو بملف استلام.`,
  foundTitle: (words) => html`🔎 <b>المخزون لـ«${isolate(shownName(words))}»</b>`,
  notFound: (words) =>
    html`لا رمز ولا اسم يشبه «${isolate(shownName(words))}». جرّب كلمات أقل، أو /stock وحدها.`,
  label: ({ stock, name }) =>
    `${stockMark(stock)} ${stock.available} · ${isolate(shownLabel(name ?? stock.sku))}`,

  added: (units, { onHand }) => `${isolate(shownDelta(units))}: صار في المخزن ${onHand}.`,
  cardLost: "سُجّل ذلك. تعذّرت قراءة البطاقة من جديد: افتحها بالأمر /stock",
  refreshed: "كانت هذه البطاقة قديمة: هذا هو الحال الآن.",
  openedInPrivate: "البطاقة في محادثتك الخاصة معي.",
  undone: ({ onHand }) => `تم التراجع: في المخزن ${onHand}.`,
  undoShort: (available) => `لا يمكن التراجع: المتاح ${available} فقط، وما عداه بيع أو حُجز. استخدم «تحديد…».`,
  undoRefused: {
    "somebody-else": "لا يتراجع عن هذا التغيير إلا من أجراه.",
    "too-late": "يمكن التراجع خلال ٦٠ ثانية فقط. استخدم «تحديد…» للتصحيح.",
    "done-already": "تم التراجع عن هذا التغيير من قبل.",
    unknown: "لم أعد أجد هذا التغيير. استخدم «تحديد…» للتصحيح.",
  },
  snoozed: "لا تنبيهات عن هذا لمدة ٢٤ ساعة.",
  unsnoozed: "عادت التنبيهات عن هذا.",

  askCount: ({ sku, onHand }) =>
    lines(
      html`<b>كم العدد في المخزن؟</b>`,
      html`<code>${sku}</code>: الآن ${onHand}. أجب عن هذه الرسالة بعدد صحيح.`,
    ),
  wrongCount: (sku) =>
    lines(
      html`<b>هذا ليس عدداً</b>`,
      html`<code>${sku}</code>: أجب بعدد صحيح، صفر أو أكثر، مثل 40. لم يتغيّر شيء.`,
    ),
  confirmCount: ({ sku, from, to }) =>
    lines(html`<b>${isolate(`${from} → ${to}`)}</b>`, html`<code>${sku}</code>: هل تجعل ما في المخزن ${to}؟`),
  corrected: ({ onHand }) => `تم: في المخزن ${onHand}.`,
  countShort: (reserved) => `${reserved} محجوزة لطلبات: لا يمكن أن يكون في المخزن أقل منها.`,
  changedMeanwhile: "تغيّر في هذه الأثناء ولم يُحفظ شيء. انظر إلى العدد الجديد وقرّر من جديد.",

  admin: (shop) =>
    lines(
      html`<b>${isolate(shop)}: للعاملين في المتجر</b>`,
      html`ابحث في المخزون بالأمر /stock ثم رمز أو كلمات. وتحت كل تنبيه بالنقص تُفتح بطاقته. وسبب حال منتج أو طلب: /why ثم رمزه أو رقمه.`,
    ),
  today,
};
