import { useTexts } from "../../shared/language.tsx";
import type { OrderCause, OrderExplanation, StockCause, StockExplanation } from "../queries/explanations.ts";

const signed = (delta: number): string => {
  if (delta === 0) return "±0";
  return delta > 0 ? `+${delta}` : `−${-delta}`;
};

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** In English the API's own sentences are shown; another language makes its words of their codes and figures. */
const en = {
  explain: "Explain",
  explainOf: (name: string) => `Explain ${name}`,
  hide: "Hide",
  why: "Why it is so",
  stock: ({ says }: StockExplanation) => says,
  order: ({ says }: OrderExplanation) => says,
  stockCause: ({ says }: StockCause) => says,
  orderCause: ({ says }: OrderCause) => says,
  available: ({ before, delta, after }: StockCause["available"]) =>
    `available ${before} ${signed(delta)} = ${after}`,
  holds: "Held now by",
  heldBy: (number: string, quantity: number) => `${number}: ${quantity}`,
  moreHolds: (count: number) => `and ${counted(count, "more order", "more orders")}`,
  anOrder: "An order",
  addsUp: "It adds up",
  addsNotUp: "It does not add up",
  sum: ({ says }: StockExplanation["sum"]) => says,
  differences: ({ differences }: StockExplanation["sum"]) => differences.map(({ says }) => says).join(" "),
  nothing: "Nothing is known of how it came to be so.",
  omitted: (count: number) => `${counted(count, "older step is", "older steps are")} not shown.`,
  waits: (step: string, attempts: number) =>
    `Waits in “${step}”, asked ${counted(attempts, "time", "times")}.`,
  actors: { user: "buyer", staff: "staff", system: "Kiosk" } as Readonly<Record<string, string>>,
  copy: (trace: string) => `Copy trace ${trace}`,
  copied: "Copied",
};

const stockCauses: Readonly<Record<StockCause["code"], string>> = {
  opened: "بداية الرصيد",
  received: "استلام",
  returned: "إرجاع",
  corrected: "تصحيح",
  confirmed: "تحديد بلا تغيير",
  adjusted: "تعديل",
  deleted: "حذف الرصيد",
  repaired: "إصلاح العدّادات",
  "order-held": "حجز لطلب",
  "order-released": "أعادها طلب",
  "order-expired": "انتهت مدة حجز",
  "order-sold": "خرجت مع طلب",
  "order-returned": "عادت من طلب",
  orders: "طلبات",
  earlier: "حركات أقدم",
};

const orderCauses: Readonly<Record<string, string>> = {
  placed: "أُنشئ الطلب",
  "stock-held": "حُجزت بضاعته ريثما يُدفع",
  "payment-authorised": "قُبل الدفع",
  confirmed: "تأكد وحُجزت بضاعته",
  rejected: "رُفض",
  "rejected-out-of-stock": "رُفض لعدم كفاية البضاعة",
  "rejected-payment-declined": "رُفض لأن الدفع لم يُقبل",
  "rejected-payment-timeout": "رُفض لأن مزوّد الدفع لم يُجب",
  "rejected-hold-refused": "رُفض لأن حجز بضاعته كان قد انتهى",
  "rejected-hold-expired": "رُفض لأن مدة حجز بضاعته انتهت",
  packed: "غُلّف",
  shipped: "شُحن",
  delivered: "سُلّم",
  cancelled: "أُلغي",
  returned: "أُرجع",
  "lines-changed": "تغيّرت الكميات",
  "change-refused": "رُفض تغيير الكمية",
  "stock-released": "أُعيدت بضاعته إلى المتاح",
  "stock-fulfilled": "خرجت بضاعته من المخزن",
  "stock-returned": "عادت بضاعته إلى المخزن",
  "payment-voided": "أُلغي الدفع",
  claimed: "استلمه أحد العاملين",
  "claim-released": "تُرك لغيره",
  retried: "أُعيد السؤال",
  archived: "أُرشف",
};

const differing: Readonly<Record<string, string>> = {
  "on hand": "في المخزن",
  reserved: "محجوز",
  version: "الإصدار",
  "gap in the ledger": "فجوة في السجل",
  "held lines": "محجوز لطلبات",
  existence: "وجود الرصيد",
};

const withReason = (words: string, ...given: readonly (string | null)[]): string =>
  [words, ...given].filter((part) => part !== null && part !== "").join(" · ");

const ordersWords = ({
  code,
  orders,
  movements,
  units: { held, sold, released, expired, returned },
}: StockCause) => {
  if (code === "earlier") return `${stockCauses.earlier}: ${movements}`;
  return `${stockCauses.orders} ${orders}: حُجز ${held}، بيع ${sold}، أُعيد ${released + expired}، أُرجع ${returned}`;
};

const shortWords = ({ shortages }: OrderCause): string =>
  shortages
    .map(({ sku, requested, available }) => `${sku}: المطلوب ${requested}، المتاح ${available}`)
    .join("؛ ");

const ar: typeof en = {
  explain: "اشرح",
  explainOf: (name) => `اشرح ${name}`,
  hide: "أخفِ",
  why: "سبب ذلك",
  stock: ({ code, level, holds }) =>
    code === "deleted"
      ? "حُذف الرصيد، ويبقى السجل."
      : `المتاح ${level.available}: في المخزن ${level.onHand}، محجوز ${level.reserved} لعدد ${holds.orders} من الطلبات.`,
  order: ({ number, code }) => `${number}: ${orderCauses[code] ?? code}`,
  stockCause: (cause) =>
    cause.code === "orders" || cause.code === "earlier"
      ? ordersWords(cause)
      : withReason(`${stockCauses[cause.code]} ${signed(cause.onHand.delta)}`, cause.reason, cause.note),
  orderCause: (cause) =>
    withReason(
      orderCauses[cause.code] ?? cause.says,
      shortWords(cause),
      cause.actor.kind === "system" ? null : cause.reason,
    ),
  available: ({ before, delta, after }) => `المتاح ${before} ${signed(delta)} = ${after}`,
  holds: "محجوز الآن لـ",
  heldBy: (number, quantity) => `${number}: ${quantity}`,
  moreHolds: (count) => `وطلبات أخرى عددها ${count}`,
  anOrder: "طلب",
  addsUp: "المجموع صحيح",
  addsNotUp: "المجموع غير صحيح",
  sum: ({ movements, onHand, reserved }) =>
    `من الصفر، مجموع ${movements} حركة: في المخزن ${onHand}، محجوز ${reserved}.`,
  differences: ({ differences }) =>
    differences
      .map(({ what, expected, found }) => `${differing[what] ?? what}: ${found} بدل ${expected}`)
      .join("؛ "),
  nothing: "لا يُعرف كيف صار كذلك.",
  omitted: (count) => `خطوات أقدم لا تظهر: ${count}`,
  waits: (step, attempts) => `ينتظر في «${step}»، عدد مرات السؤال ${attempts}.`,
  actors: { user: "المشتري", staff: "الموظفون", system: "كيوسك" },
  copy: (trace) => `انسخ الأثر ${trace}`,
  copied: "نُسخ",
};

export const useExplanationTexts = () => useTexts({ en, ar });
