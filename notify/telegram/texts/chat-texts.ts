import type { ErrorCode } from "../../../shared/kernel/errors.ts";
import type { ShopOrder, ShopProduct, Shortage } from "../../usecases/shop-ports.ts";
import type { Html } from "../html.ts";

/** The bot's menu. */
export const commandNames = [
  "start",
  "orders",
  "why",
  "notifications",
  "language",
  "help",
  "support",
  "privacy",
  "logout",
] as const;
export type CommandName = (typeof commandNames)[number];

/** What a refusal of the shop means for who has tapped: what to do next. Whatever has no words of its own is told by a reference. */
export type ToldCode = Exclude<
  ErrorCode,
  | "INTERNAL"
  | "VALIDATION"
  | "IDEMPOTENCY_MISMATCH"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "UNAVAILABLE"
  | "TIMEOUT"
  | "REQUEST_TIMEOUT"
  | "URI_TOO_LONG"
>;

/** What people do in the chat with what is theirs. */
export interface ChatTexts {
  readonly commands: Readonly<Record<CommandName, string>>;
  readonly buttons: {
    readonly orders: string;
    readonly notifications: string;
    readonly openShop: string;
    readonly cancel: string;
    readonly cancelSure: string;
    readonly repeat: string;
    readonly repeatSure: string;
    readonly no: string;
    readonly support: string;
    readonly logOutSure: string;
    readonly export: string;
    readonly erase: string;
    readonly eraseSure: string;
    readonly eraseLast: string;
  };

  readonly orders: {
    readonly title: () => Html;
    readonly none: () => Html;
    /** On a button of the list. */
    readonly label: (order: ShopOrder) => string;
    readonly unknown: () => Html;
    readonly refreshed: string;
    readonly notAllowed: string;
    readonly askCancel: string;
    readonly askRepeat: string;
    readonly kept: string;
    readonly cancelled: string;
    readonly placed: (order: ShopOrder) => Html;
    readonly pending: (order: ShopOrder) => Html;
    readonly outOfStock: (short: readonly Shortage[]) => Html;
  };
  readonly product: {
    readonly shown: (product: ShopProduct) => Html;
    readonly unknown: () => Html;
  };
  /** `contact`: how the shop is reached, in its own words; null where it does not say. */
  readonly support: (shop: string, contact: string | null, orderNumber: string | null) => Html;
  readonly language: { readonly ask: () => Html; readonly set: () => Html; readonly own: string };
  readonly logOut: { readonly ask: () => Html; readonly done: () => Html };
  readonly privacy: {
    readonly shown: (shop: string) => Html;
    /** `address`: the shop's; null where it is not known. */
    readonly export: (address: string | null) => Html;
    readonly askErase: () => Html;
    readonly askEraseAgain: () => Html;
    readonly erasing: (erasureId: string, secret: string | null) => Html;
  };
  readonly dismissed: string;
  /** Below a message that is too old to act by. */
  readonly aged: string;
  readonly failures: Readonly<Record<ToldCode, string>>;
}
