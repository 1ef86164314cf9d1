import type { Chat } from "./chat.ts";
import type { Locale } from "./locale.ts";
import type { Notice } from "./notice.ts";
import { type QuietHours, quietUntil } from "./quiet-hours.ts";

/** What everybody may choose to be told of. */
export const customerCategories = ["orders", "backInStock", "marketing"] as const;
/** What the shop's people may choose besides. */
export const staffCategories = ["orderAlerts", "stockAlerts"] as const;
export const categories = [...customerCategories, ...staffCategories] as const;
/** What a group of the shop's people may choose. `operations`: for a person it is work that nobody else may know of, so nobody switches it off. */
export const groupCategories = ["orderAlerts", "stockAlerts", "operations"] as const;
export type GroupCategory = (typeof groupCategories)[number];
export type Category = (typeof categories)[number] | GroupCategory;

/** Advertising waits until somebody asks for it. */
const onByDefault: Readonly<Record<Category, boolean>> = {
  orders: true,
  backInStock: true,
  marketing: false,
  orderAlerts: true,
  stockAlerts: true,
  operations: true,
};

/** What quiet hours hold back: nobody waits for it. */
const heldInQuietHours: ReadonlySet<Category> = new Set(["marketing"]);

/** What a person has chosen; what they have not is as it is by default. */
export interface Preferences {
  readonly choices: Readonly<Partial<Record<Category, boolean>>>;
  readonly quietHours: QuietHours | null;
  /** The language of messages; null: the account's. */
  readonly language: Locale | null;
  /** Channels beside the bot that need no address here: only what was chosen, and off until then. */
  readonly channels: { readonly webhook?: boolean };
}

/** Of somebody who has chosen nothing. */
export const noPreferences: Preferences = { choices: {}, quietHours: null, language: null, channels: {} };

/** Null for what nobody can switch off: what concerns the safety of an account, what they have just asked for, and work that nobody else knows of. */
export const categoryOf = (notice: Notice): Category | null => {
  switch (notice.template) {
    case "order-card":
      return notice.anew === true ? null : "orders";
    case "order-headline":
      return "orders";
    case "back-in-stock":
      return "backInStock";
    case "broadcast":
      return notice.test === true ? null : "marketing";
    case "order-alert":
      return "orderAlerts";
    case "stock-low":
    case "stock-restocked":
      return "stockAlerts";
    case "messages-parked":
    case "sagas-stuck":
    case "webhook-off":
    case "bot-conflict":
      return "operations";
    case "staff-card":
    case "group-lost":
    case "session-stolen":
    case "new-device":
    case "phone-released":
    case "shop-event":
      return null;
    default:
      return notice satisfies never;
  }
};

/** What is told of it to somebody who has chosen nothing. */
export const isOnByDefault = (category: Category | null): boolean =>
  category === null || onByDefault[category];

export const isOn = (category: Category, { choices }: Preferences): boolean =>
  choices[category] ?? onByDefault[category];

/** What a person of this role can choose. */
export const categoriesFor = (role: Chat["role"]): readonly Category[] =>
  role === "customer" ? customerCategories : categories;

export const isHeldInQuietHours = (notice: Notice): boolean => {
  const category = categoryOf(notice);
  return category !== null && heldInQuietHours.has(category);
};

/** What preferences say to a message now: it goes out, it waits until then, or the person does not want it. */
export type Verdict =
  | { readonly kind: "go" }
  | { readonly kind: "off" }
  | { readonly kind: "wait"; readonly until: Date };

/** The person as far as it matters for the verdict; `timezone` is a name of the IANA database. */
export interface Reader {
  readonly preferences: Preferences;
  readonly timezone: string;
}

export const verdictOn = (notice: Notice, { preferences, timezone }: Reader, now: Date): Verdict => {
  const category = categoryOf(notice);
  if (category === null) return { kind: "go" };
  if (!isOn(category, preferences)) return { kind: "off" };
  if (preferences.quietHours === null || !heldInQuietHours.has(category)) return { kind: "go" };
  const until = quietUntil(preferences.quietHours, timezone, now);
  return until === null ? { kind: "go" } : { kind: "wait", until };
};

/** One change of what a person has chosen. */
export type PreferenceChange =
  | { readonly kind: "category"; readonly category: Category; readonly on: boolean }
  | { readonly kind: "quiet-hours"; readonly quietHours: QuietHours | null }
  | { readonly kind: "language"; readonly language: Locale | null };

export const changed = (preferences: Preferences, change: PreferenceChange): Preferences => {
  switch (change.kind) {
    case "category":
      return { ...preferences, choices: { ...preferences.choices, [change.category]: change.on } };
    case "quiet-hours":
      return { ...preferences, quietHours: change.quietHours };
    case "language":
      return { ...preferences, language: change.language };
    default:
      return change satisfies never;
  }
};
