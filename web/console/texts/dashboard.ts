import { useTexts } from "../../shared/language.tsx";

const en = {
  ordersToday: "Orders today",
  revenueToday: "Revenue today",
  noRevenue: "None yet",
  low: "Low in stock",
  stuck: "Stuck orders",
  parked: "Parked messages",
  unsent: "Events not yet sent",
  lastDays: (days: number) => `Orders of the last ${days} days`,
  revenueOfDays: (days: number) => `Revenue of the last ${days} days`,
  day: (day: string, value: string) => `${day}: ${value}`,
  total: (value: string) => `${value} in all`,
  health: "Services",
  lowList: "Lowest in stock",
  nothingLow: "Nothing is low. Good.",
  left: (count: string) => `${count} left`,
  atLeast: (count: number) => `${count}+`,
  states: { ok: "Fine", down: "Down", "not-ready": "Not ready" },
  milliseconds: (ms: string) => `${ms} ms`,
};

const ar: typeof en = {
  ordersToday: "طلبات اليوم",
  revenueToday: "إيرادات اليوم",
  noRevenue: "لا شيء بعد",
  low: "مخزون منخفض",
  stuck: "طلبات عالقة",
  parked: "رسائل موقوفة",
  unsent: "أحداث لم تُرسل بعد",
  lastDays: (days) => `طلبات آخر ${days} يومًا`,
  revenueOfDays: (days) => `إيرادات آخر ${days} يومًا`,
  day: (day, value) => `${day}: ${value}`,
  total: (value) => `${value} إجمالًا`,
  health: "الخدمات",
  lowList: "الأقل في المخزون",
  nothingLow: "لا شيء منخفض. جيد.",
  left: (count) => `بقي ${count}`,
  atLeast: (count) => `${count}+`,
  states: { ok: "سليمة", down: "متوقفة", "not-ready": "غير جاهزة" },
  milliseconds: (ms) => `${ms} مللي ثانية`,
};

export const useDashboardTexts = () => useTexts({ en, ar });
