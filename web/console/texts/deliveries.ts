import { useTexts } from "../../shared/language.tsx";

const en = {
  state: "State",
  all: "All",
  nothing: "No messages here.",
  states: {
    pending: "Waits",
    sending: "Being sent",
    sent: "Sent",
    failed: "Failed",
    unknown: "Not known",
    suppressed: "Not wanted",
    expired: "Too old",
  },
  columns: { message: "Message", channel: "Channel", state: "State", attempts: "Tries", at: "Changed" },
  retry: "Try again",
  retryOf: (subject: string) => `Try again: ${subject}`,
  retried: "It is tried again.",
};

const ar: typeof en = {
  state: "الحالة",
  all: "الكل",
  nothing: "لا رسائل هنا.",
  states: {
    pending: "تنتظر",
    sending: "تُرسل",
    sent: "أُرسلت",
    failed: "فشلت",
    unknown: "غير معروف",
    suppressed: "غير مرغوبة",
    expired: "قديمة جدًا",
  },
  columns: { message: "الرسالة", channel: "القناة", state: "الحالة", attempts: "المحاولات", at: "تغيّرت" },
  retry: "حاول من جديد",
  retryOf: (subject) => `حاول من جديد: ${subject}`,
  retried: "تُعاد المحاولة.",
};

export const useDeliveriesTexts = () => useTexts({ en, ar });
