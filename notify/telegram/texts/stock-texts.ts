import type { ShownStatus } from "../../domain/order-status.ts";
import type { UndoRefusal } from "../../domain/stock-ledger.ts";
import type { ShopToday } from "../../usecases/shop-today.ts";
import type { StockCard } from "../../usecases/stock-card.ts";
import type { NamedStock } from "../../usecases/stock-list.ts";
import type { ShopStock } from "../../usecases/stock-ports.ts";
import type { Html } from "../html.ts";

/** Commands of the shop's people, in the menus of their chats alone. */
export const staffCommandNames = ["admin", "stock", "lowstock", "today"] as const;
export type StaffCommandName = (typeof staffCommandNames)[number];

/** A count that was typed, beside what is there. */
export interface CountWords {
  readonly sku: string;
  readonly from: number;
  readonly to: number;
}

export interface TodayWords {
  readonly today: ShopToday;
  /** The shop's. */
  readonly timezone: string;
  readonly status: Readonly<Record<ShownStatus, string>>;
}

/** What the shop's people do with their stock in the chat. Times are shown in the shop's zone. */
export interface StockTexts {
  readonly commands: Readonly<Record<StaffCommandName, string>>;
  readonly buttons: {
    readonly set: string;
    readonly setSure: (onHand: number) => string;
    readonly snooze: string;
    readonly unsnooze: string;
    readonly undo: string;
    /** Opens the card of a SKU. */
    readonly open: (sku: string) => string;
    readonly lowStock: string;
    readonly allStock: string;
    readonly today: string;
    readonly console: string;
    readonly before: string;
    readonly after: string;
  };
  readonly card: (card: StockCard, timezone: string) => Html;
  /** `page` from 0. */
  readonly lowTitle: (page: number) => Html;
  readonly nothingLow: () => Html;
  readonly allTitle: (page: number) => Html;
  readonly noStock: () => Html;
  readonly foundTitle: (words: string) => Html;
  readonly notFound: (words: string) => Html;
  /** On a button of a list. */
  readonly label: (item: NamedStock) => string;

  readonly added: (units: number, stock: ShopStock) => string;
  /** It was done, and the card could not be read again. */
  readonly cardLost: string;
  readonly refreshed: string;
  /** To who has tapped in a group. */
  readonly openedInPrivate: string;
  readonly undone: (stock: ShopStock) => string;
  readonly undoShort: (available: number) => string;
  readonly undoRefused: Readonly<Record<UndoRefusal, string>>;
  readonly snoozed: string;
  readonly unsnoozed: string;

  readonly askCount: (stock: ShopStock) => Html;
  readonly wrongCount: (sku: string) => Html;
  readonly confirmCount: (words: CountWords) => Html;
  readonly corrected: (stock: ShopStock) => string;
  readonly countShort: (reserved: number) => string;
  readonly changedMeanwhile: string;

  readonly admin: (shop: string) => Html;
  readonly today: (words: TodayWords) => Html;
}
