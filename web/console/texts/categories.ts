import { useTexts } from "../../shared/language.tsx";

const en = {
  hint: "Drag a category onto another one, or move it with Alt and the arrow keys.",
  nothing: "No categories yet.",
  name: "Name",
  below: "Below",
  top: "Top",
  add: "Add",
  rename: "Rename",
  renameOf: (name: string) => `Rename ${name}`,
  remove: "Delete",
  removeOf: (name: string) => `Delete ${name}`,
  products: (count: number) => (count === 1 ? "1 product" : `${count} products`),
  steps: { up: "Up", down: "Down", in: "In", out: "Out" },
  stepOf: (step: string, name: string) => `${step}: ${name}`,
  moved: (name: string) => `${name} is moved.`,
  added: (name: string) => `${name} is there.`,
  renamed: (name: string) => `Now ${name}.`,
  removed: (name: string) => `${name} is gone.`,
};

const ar: typeof en = {
  hint: "اسحب فئة إلى أخرى، أو حرّكها بمفتاح Alt والأسهم.",
  nothing: "لا فئات بعد.",
  name: "الاسم",
  below: "تحت",
  top: "الأعلى",
  add: "أضف",
  rename: "أعد التسمية",
  renameOf: (name) => `أعد التسمية: ${name}`,
  remove: "احذف",
  removeOf: (name) => `احذف ${name}`,
  products: (count) => `${count} منتجًا`,
  steps: { up: "أعلى", down: "أسفل", in: "داخل", out: "خارج" },
  stepOf: (step, name) => `${step}: ${name}`,
  moved: (name) => `نُقلت ${name}.`,
  added: (name) => `أُضيفت ${name}.`,
  renamed: (name) => `الاسم الآن ${name}.`,
  removed: (name) => `حُذفت ${name}.`,
};

export const useCategoriesTexts = () => useTexts({ en, ar });
