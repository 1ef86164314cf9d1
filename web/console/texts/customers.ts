import { useTexts } from "../../shared/language.tsx";

const en = {
  search: "Search a name or phone",
  nothing: "Nobody like this.",
  allRoles: "All roles",
  role: "Role",
  roles: { customer: "Customer", staff: "Staff", admin: "Admin" },
  columns: { name: "Person", phone: "Phone", role: "Role", since: "Since", status: "Status" },
  roleOf: (name: string) => `Role of ${name}`,
  block: "Block",
  unblock: "Unblock",
  blockOf: (name: string) => `Block ${name}`,
  unblockOf: (name: string) => `Unblock ${name}`,
  blocked: "Blocked",
  active: "Active",
  more: (name: string) => `More for ${name}`,
  log: "Security log",
  erase: "Erase",
  eraseOf: (name: string) => `Erase ${name}?`,
  eraseHint:
    "The account, its sessions and all that tells of the person are erased over all services; orders stay as numbers. This cannot be undone. Whoever wants a copy of their data first takes it in their own account settings.",
  eraseName: (name: string) => `To be sure, type the name: ${name}`,
  erased: (name: string) => `${name} is being erased. The receipt says what is kept, and why.`,
  you: "you",
  roleSet: (name: string, role: string) => `${name}: ${role}.`,
  blockedNow: (name: string) => `${name} is blocked and signed out everywhere.`,
  unblockedNow: (name: string) => `${name} may sign in again.`,
};

const ar: typeof en = {
  search: "ابحث عن اسم أو هاتف",
  nothing: "لا أحد كهذا.",
  allRoles: "كل الأدوار",
  role: "الدور",
  roles: { customer: "عميل", staff: "موظف", admin: "مشرف" },
  columns: { name: "الشخص", phone: "الهاتف", role: "الدور", since: "منذ", status: "الحالة" },
  roleOf: (name) => `دور ${name}`,
  block: "حظر",
  unblock: "إلغاء الحظر",
  blockOf: (name) => `حظر ${name}`,
  unblockOf: (name) => `إلغاء الحظر: ${name}`,
  blocked: "محظور",
  active: "نشط",
  more: (name) => `المزيد عن ${name}`,
  log: "سجل الأمان",
  erase: "محو",
  eraseOf: (name) => `محو ${name}؟`,
  eraseHint:
    "يُمحى الحساب وجلساته وكل ما يدل على الشخص في كل الخدمات؛ وتبقى الطلبات أرقامًا. لا يمكن التراجع. من أراد نسخة من بياناته أولًا أخذها من إعدادات حسابه.",
  eraseName: (name) => `للتأكيد اكتب الاسم: ${name}`,
  erased: (name) => `يجري محو ${name}. يذكر الإيصال ما يبقى ولماذا.`,
  you: "أنت",
  roleSet: (name, role) => `${name}: ${role}.`,
  blockedNow: (name) => `حُظر ${name} وسُجّل خروجه من كل مكان.`,
  unblockedNow: (name) => `يمكن لـ${name} الدخول من جديد.`,
};

export const useCustomersTexts = () => useTexts({ en, ar });
