import type { Locale } from "../../domain/locale.ts";
import type { Notice, ShownStatus } from "../../domain/notice.ts";
import type { Html } from "../html.ts";
import { arabic } from "./arabic.ts";
import type { ChatTexts } from "./chat-texts.ts";
import type { OrderAlertsWords } from "./digest.ts";
import { english } from "./english.ts";
import type { PreferenceTexts } from "./preference-texts.ts";

type NoticeOf<T extends Notice["template"]> = Extract<Notice, { template: T }>;

export interface CodeWords {
  readonly code: string;
  readonly shop: string;
  /** Place and device that asked, in words. */
  readonly askedFrom: string;
  readonly expiresInMinutes: number;
  readonly purpose: string;
}

/** Every text of the bot. A language that lacks one does not compile. */
export interface Texts {
  readonly locale: Locale;
  readonly preferences: PreferenceTexts;
  readonly chat: ChatTexts;
  readonly greeting: (shop: string) => Html;
  readonly help: (shop: string) => Html;
  readonly hint: () => Html;

  readonly contactNeeded: (shop: string) => Html;
  readonly shareContact: string;
  readonly contactRefused: () => Html;
  readonly contactNotAsked: () => Html;
  readonly contactAccepted: () => Html;

  readonly link: {
    readonly unknown: () => Html;
    readonly taken: () => Html;
    readonly blocked: () => Html;
    readonly tryLater: () => Html;
  };
  readonly contact: {
    readonly bound: () => Html;
    readonly otherPhone: () => Html;
    readonly nothingPending: () => Html;
    readonly invalidPhone: () => Html;
  };

  readonly code: (words: CodeWords) => Html;
  readonly copyCode: string;
  readonly notMe: string;
  readonly codeCancelled: (shop: string) => Html;
  readonly denied: string;
  readonly nothingToDeny: string;
  /** What the notice of a sign-in says once "Not me" was tapped below it, and the answers to the tap. */
  readonly sessionDenied: () => Html;
  readonly signedOut: string;
  readonly nothingToSignOut: string;
  /** The last message to a person, once their data is erased everywhere. */
  readonly erased: (shop: string, erasureId: string) => Html;

  readonly unknownButton: string;
  readonly failed: (reference: string) => Html;
  readonly failedShort: string;

  readonly status: Readonly<Record<ShownStatus, string>>;
  readonly orderCard: (notice: NoticeOf<"order-card">) => Html;
  readonly orderHeadline: (notice: NoticeOf<"order-headline">) => Html;
  readonly orderAlert: (notice: NoticeOf<"order-alert">) => Html;
  /** Several alerts about orders, of which the same became. */
  readonly orderAlerts: (words: OrderAlertsWords) => Html;
  readonly andMore: (count: number) => Html;
  readonly stockLow: (notice: NoticeOf<"stock-low">) => Html;
  readonly stockRestocked: (notice: NoticeOf<"stock-restocked">) => Html;
  readonly messagesParked: (notice: NoticeOf<"messages-parked">) => Html;
  readonly sessionStolen: (notice: NoticeOf<"session-stolen">) => Html;
  readonly newDevice: (notice: NoticeOf<"new-device">) => Html;
  readonly phoneReleased: () => Html;
}

const byLocale: Readonly<Record<Locale, Texts>> = { en: english, ar: arabic };

export const textsFor = (locale: Locale): Texts => byLocale[locale];

/** A notice in words. */
export const wordsOf = (notice: Notice, texts: Texts): Html => {
  switch (notice.template) {
    case "order-card":
      return texts.orderCard(notice);
    case "order-headline":
      return texts.orderHeadline(notice);
    case "order-alert":
      return texts.orderAlert(notice);
    case "stock-low":
      return texts.stockLow(notice);
    case "stock-restocked":
      return texts.stockRestocked(notice);
    case "messages-parked":
      return texts.messagesParked(notice);
    case "session-stolen":
      return texts.sessionStolen(notice);
    case "new-device":
      return texts.newDevice(notice);
    case "phone-released":
      return texts.phoneReleased();
    case "back-in-stock":
      return texts.preferences.backInStock.told(notice.sku);
    case "broadcast":
      return texts.preferences.broadcast(notice.texts[texts.locale]);
    default:
      return notice satisfies never;
  }
};
