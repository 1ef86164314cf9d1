import type { ShownStatus } from "../../domain/order-status.ts";
import { html } from "../html.ts";
import { isolate } from "./isolate.ts";
import { type WhyTexts, whyTextsOf } from "./why-texts.ts";

/** Not `rejected` alone: why it was is only in the words of the API then. */
const steps: Readonly<Record<string, string>> = {
  placed: "أُنشئ",
  "stock-held": "حُجزت بضاعته ريثما يُدفع",
  "payment-authorised": "قُبل الدفع",
  confirmed: "تأكد وحُجزت بضاعته",
  "rejected-out-of-stock": "رُفض لعدم كفاية:",
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

const causes: Readonly<Record<string, string>> = {
  opened: "بداية",
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
};

export const whyArabic = (status: Readonly<Record<ShownStatus, string>>): WhyTexts =>
  whyTextsOf({
    locale: "ar",
    keep: isolate,
    ...{ status, steps, causes },
    usage: (asStaff) =>
      asStaff
        ? html`أرسل /why ثم رمز منتج أو رقم طلب، مثل <code>/why 41</code>`
        : html`أرسل /why ثم رقم طلبك، مثل <code>/why 41</code>. وفي /orders الأخيرة منها.`,
    unknown: (asStaff) =>
      asStaff
        ? html`لا طلب بهذا الرقم، ولا منتج واحد بهذا الرمز. للبحث: /stock ثم كلمات.`
        : html`لا أجد هذا الطلب بين طلباتك. في /orders الأخيرة منها.`,
    orderTitle: (number) => html`<b>الطلب ${isolate(number)}</b>`,
    by: { user: "المشتري", staff: "أحد العاملين" },
    short: (sku, requested, available) => `${sku} (المطلوب ${requested}، المتاح ${available})`,
    earlierSteps: (count) => html`خطوات أقدم: ${count}، ثم:`,
    waiting: (attempts) => html`⏳ ينتظر جواباً، وعدد مرات السؤال ${attempts}.`,
    trace: "الأثر",
    level: ({ onHand, reserved, available }) =>
      html`المتاح: <b>${available}</b> (في المخزن ${onHand}، محجوز ${reserved})`,
    deleted: html`حُذف رصيده، ويبقى السجل.`,
    heldBy: (names, more) =>
      names === ""
        ? html`محجوز لعدد ${more} من الطلبات`
        : html`محجوز لـ ${names}${more > 0 ? ` وغيرها ${more}` : ""}`,
    ordersDid: (orders, did) => `طلبات ${orders}: ${did}`,
    earlier: (movements) => `حركات أقدم: ${movements}`,
    units: { held: "حُجز", sold: "بيع", released: "أُعيد", expired: "انتهت مدته", returned: "أُرجع" },
    addsUp: (movements) => html`✅ عدد الحركات من الصفر ${movements}: المجموع صحيح.`,
    addsNotUp: html`⚠️ مجموع السجل غير صحيح: ليس هذا كل شيء. اطلب فحصه.`,
  });
