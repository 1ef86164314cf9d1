import { useTexts } from "../../shared/language.tsx";

const en = {
  lead: "A CSV in Kiosk's own columns, Shopify's, or order lines. First look at what it would change, then import it.",
  file: "CSV file",
  choose: "Choose a file",
  preview: "Preview",
  start: "Import",
  export: "Export all products",
  exported: "The file is saved.",
  previewed: "Nothing is changed yet",
  imported: "Imported",
  figures: (rows: number, created: number, changed: number, unchanged: number) =>
    `${rows} rows: ${created} new, ${changed} changed, ${unchanged} as they were.`,
  bad: (count: number) =>
    count === 1 ? "1 row has a mistake and is left out" : `${count} rows have mistakes and are left out`,
  noErrors: "No row has a mistake.",
  differences: "What changes",
  moreDifferences: "Only the first differences are shown.",
  newCategories: (names: readonly string[]) => `New categories: ${names.join(", ")}`,
  columns: {
    line: "Line",
    column: "Column",
    mistake: "Mistake",
    sku: "SKU",
    change: "Change",
    fields: "Fields",
  },
  changes: { created: "New", changed: "Changed" },
  fromTo: (from: string | null, to: string | null) => `${from ?? "–"} → ${to ?? "–"}`,
  progress: (rows: number) => `${rows} rows read`,
  before: "Imports before",
  noneBefore: "None yet.",
  states: { running: "Running", done: "Done", failed: "Failed", "broken-off": "Broken off" },
};

const ar: typeof en = {
  lead: "ملف CSV بأعمدة كيوسك أو Shopify أو بنود الطلبات. انظر أولًا إلى ما سيغيّره ثم استورده.",
  file: "ملف CSV",
  choose: "اختر ملفًا",
  preview: "معاينة",
  start: "استيراد",
  export: "صدّر كل المنتجات",
  exported: "حُفظ الملف.",
  previewed: "لم يتغيّر شيء بعد",
  imported: "تم الاستيراد",
  figures: (rows, created, changed, unchanged) =>
    `${rows} صفًا: ${created} جديد، ${changed} متغيّر، ${unchanged} كما هو.`,
  bad: (count) => `${count} صفوف فيها أخطاء وتُترك`,
  noErrors: "لا خطأ في أي صف.",
  differences: "ما يتغيّر",
  moreDifferences: "تُعرض الفروق الأولى فقط.",
  newCategories: (names) => `فئات جديدة: ${names.join("، ")}`,
  columns: {
    line: "السطر",
    column: "العمود",
    mistake: "الخطأ",
    sku: "الرمز",
    change: "التغيير",
    fields: "الحقول",
  },
  changes: { created: "جديد", changed: "متغيّر" },
  fromTo: (from, to) => `${from ?? "–"} ← ${to ?? "–"}`,
  progress: (rows) => `قُرئ ${rows} صفًا`,
  before: "عمليات استيراد سابقة",
  noneBefore: "لا شيء بعد.",
  states: { running: "جارٍ", done: "تم", failed: "فشل", "broken-off": "انقطع" },
};

export const useImportsTexts = () => useTexts({ en, ar });
