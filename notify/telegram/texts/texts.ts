import type { Locale } from "../../domain/locale.ts";
import type { Notice } from "../../domain/notice.ts";
import type { ShownStatus } from "../../domain/order-status.ts";
import type { Html } from "../html.ts";
import { arabic } from "./arabic.ts";
import type { ChatTexts } from "./chat-texts.ts";
import type { CodeEndedText } from "./code-texts.ts";
import type { OrderAlertsWords } from "./digest.ts";
import { english } from "./english.ts";
import type { PreferenceTexts } from "./preference-texts.ts";
import type { StockTexts } from "./stock-texts.ts";
import type { TeamTexts } from "./team-texts.ts";
import { webhookTextsFor } from "./webhook-texts.ts";
import type { WhyTexts } from "./why-texts.ts";

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
  readonly stock: StockTexts;
  readonly team: TeamTexts;
  readonly why: WhyTexts;
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
  readonly codeEnded: CodeEndedText;
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
  /** The shop was asked to change something and did not answer. */
  readonly outcomeUnknown: string;

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
  readonly botConflict: (notice: NoticeOf<"bot-conflict">) => Html;
}

const byLocale: Readonly<Record<Locale, Texts>> = { en: english, ar: arabic };

export const textsFor = (locale: Locale): Texts => byLocale[locale];

/** A notice in words. */
export const wordsOf = (notice: Notice, texts: Texts): Html => {
  switch (notice.template) {
    case "order-card":
      return texts.orderCard(notice);
    case "staff-card":
      return notice.shown === undefined ? texts.team.cardOf(notice.number) : texts.team.card(notice.shown);
    case "sagas-stuck":
      return texts.team.sagasStuck(notice);
    case "group-lost":
      return texts.team.group.lost(notice);
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
    case "bot-conflict":
      return texts.botConflict(notice);
    case "back-in-stock":
      return texts.preferences.backInStock.told(notice.sku);
    case "broadcast":
      return texts.preferences.broadcast(notice.texts[texts.locale]);
    case "shop-event":
      return webhookTextsFor(texts.locale).event(notice);
    case "webhook-off":
      return webhookTextsFor(texts.locale).off(notice);
    default:
      return notice satisfies never;
  }
};
