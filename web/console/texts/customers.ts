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
  blockOf: (name) => `احظر ${name}`,
  unblockOf: (name) => `ألغِ حظر ${name}`,
  blocked: "محظور",
  active: "نشط",
  you: "أنت",
  roleSet: (name, role) => `${name}: ${role}.`,
  blockedNow: (name) => `حُظر ${name} وسُجّل خروجه من كل مكان.`,
  unblockedNow: (name) => `يمكن لـ${name} الدخول من جديد.`,
};

export const useCustomersTexts = () => useTexts({ en, ar });
