import type { Money } from "../../shared/kernel/money.ts";
import type { Locale } from "./locale.ts";
import type { StaffCardView } from "./staff-card.ts";

/** Order statuses that a card may show. */
export const shownStatuses = [
  "pending",
  "confirmed",
  "rejected",
  "packed",
  "shipped",
  "delivered",
  "cancelled",
  "returned",
] as const;
export type ShownStatus = (typeof shownStatuses)[number];

/** Changes that deserve a message of their own: the edit of a card makes no sound. */
export type HeadlineStatus = Extract<ShownStatus, "rejected" | "shipped" | "delivered" | "cancelled">;

export interface CardLine {
  readonly name: string;
  readonly quantity: number;
  readonly lineTotal: Money;
}

/** The one living message of an order in a chat. `version` is the order's. */
export interface OrderCardNotice {
  readonly template: "order-card";
  readonly orderId: string;
  readonly number: string;
  readonly status: ShownStatus;
  readonly version: number;
  readonly lines: readonly CardLine[];
  readonly total: Money;
  readonly reason: string | null;
  /** Somebody has asked for it: it is sent again, at the end of the chat, and the message that showed it before goes. */
  readonly anew?: true;
}

/**
 * The one living message of an order in a chat of the shop's people. What it shows is read when it is sent and is kept nowhere: who and where
 * the customer is stands in no delivery.
 */
export interface StaffCardNotice {
  readonly template: "staff-card";
  readonly orderId: string;
  readonly number: string;
  /** The order's, of which it is news; of the order that it shows, once that is read. */
  readonly version: number;
  /** Filled in for the moment of sending. */
  readonly shown?: StaffCardView;
  /** Somebody has asked for it, as of a buyer's card. */
  readonly anew?: true;
}

/** A short message beside the card. */
export interface OrderHeadlineNotice {
  readonly template: "order-headline";
  readonly orderId: string;
  readonly number: string;
  readonly status: HeadlineStatus;
  readonly reason: string | null;
}

/** What admins are told of an order; `changed`: other quantities than the alert before this one said. */
export type AlertStatus = "confirmed" | "changed" | "cancelled";

export interface OrderAlertNotice {
  readonly template: "order-alert";
  readonly orderId: string;
  readonly number: string;
  readonly status: AlertStatus;
  /** Pieces, summed over the lines. */
  readonly pieces: number;
  readonly total: Money;
  /** Why it was cancelled, or which quantities changed. */
  readonly reason: string | null;
}

export interface StockLowNotice {
  readonly template: "stock-low";
  readonly sku: string;
  readonly available: number;
  readonly threshold: number;
  /** The stock level's; missing in what was stored before it was kept. */
  readonly version?: number;
}

export interface StockRestockedNotice {
  readonly template: "stock-restocked";
  readonly sku: string;
  readonly available: number;
  /** The stock level's; missing in what was stored before it was kept. */
  readonly version?: number;
}

/** Messages that a service could not handle. */
export interface MessagesParkedNotice {
  readonly template: "messages-parked";
  /** Whose: `orders.catalog-events`. */
  readonly queue: string;
  /** How many since the alert before. */
  readonly count: number;
  /** Of what types, the first few. */
  readonly types: readonly string[];
}

/** Orders whose saga does not get on: a service that it asks does not answer. */
export interface SagasStuckNotice {
  readonly template: "sagas-stuck";
  /** How many since the alert before. */
  readonly count: number;
  /** The numbers of the first few orders. */
  readonly numbers: readonly string[];
}

/** A group that alerts went to is none any more: the bot was removed, or may not write there. */
export interface GroupLostNotice {
  readonly template: "group-lost";
  readonly groupId: string;
}

/** A session was ended because an old refresh token of it was used again: it may have been stolen. */
export interface SessionStolenNotice {
  readonly template: "session-stolen";
  readonly sid: string;
  /** The device that had signed in, in words; null where that is not known. */
  readonly device: string | null;
}

/** A sign-in on a device that the account has not been used on of late. */
export interface NewDeviceNotice {
  readonly template: "new-device";
  readonly sid: string;
  /** The program and the system, in words; null where it is nobody's business any more. */
  readonly device: string | null;
  /** null where it is not known. */
  readonly place: string | null;
  /** When it was: RFC 3339. */
  readonly at: string;
  /** A name of the IANA database. */
  readonly timezone: string;
}

/** The phone of the account was proved by somebody else, who has it now. */
export interface PhoneReleasedNotice {
  readonly template: "phone-released";
  readonly userId: string;
}

/** Somebody else fetches the bot's updates with its token: what people write and tap may not reach this shop. */
export interface BotConflictNotice {
  readonly template: "bot-conflict";
  /** The number before the colon of its token. */
  readonly botId: string;
}

/** A product that the person waited for is there again. */
export interface BackInStockNotice {
  readonly template: "back-in-stock";
  readonly sku: string;
  /** The stock level's. */
  readonly version: number;
}

/** What the shop writes to many: in words already, since people wrote them. */
export interface BroadcastNotice {
  readonly template: "broadcast";
  readonly broadcastId: string;
  readonly texts: Readonly<Record<Locale, string>>;
  /** Somebody has asked for it themselves, to see how it looks. */
  readonly test?: true;
}

/** Something that happened in the shop, as it is posted to a webhook. */
export interface ShopEventNotice {
  readonly template: "shop-event";
  /** `order.confirmed` */
  readonly type: string;
  /** What it happened to: an order's id, a SKU. */
  readonly subject: string;
  /** Version of that after it: who hears of two knows which is newer. */
  readonly sequence: number;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** The order that it is about; null where it is about none. */
  readonly orderId: string | null;
  /** What a person wrote, beside the data, so that it is found when that person is erased. */
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A webhook was switched off because its receiver wants nothing, or takes nothing, any more. */
export interface WebhookOffNotice {
  readonly template: "webhook-off";
  readonly webhookId: string;
  /** The host of its address: the path may hold a secret. */
  readonly host: string;
  /** `gone`: it said so (410). `failing`: nothing was taken for a day. */
  readonly cause: "gone" | "failing";
}

/** What there is to tell, in no language yet: kept with a delivery, put into words when it is sent. */
export type Notice =
  | OrderCardNotice
  | StaffCardNotice
  | OrderHeadlineNotice
  | OrderAlertNotice
  | StockLowNotice
  | StockRestockedNotice
  | MessagesParkedNotice
  | SagasStuckNotice
  | GroupLostNotice
  | SessionStolenNotice
  | NewDeviceNotice
  | PhoneReleasedNotice
  | BotConflictNotice
  | BackInStockNotice
  | BroadcastNotice
  | ShopEventNotice
  | WebhookOffNotice;

export type Template = Notice["template"];
export const templates = [
  "order-card",
  "staff-card",
  "order-headline",
  "order-alert",
  "stock-low",
  "stock-restocked",
  "messages-parked",
  "sagas-stuck",
  "group-lost",
  "session-stolen",
  "new-device",
  "phone-released",
  "bot-conflict",
  "back-in-stock",
  "broadcast",
  "shop-event",
  "webhook-off",
] as const satisfies readonly Template[];

/** The notice as it is told to anybody but its person: not with what, nor where, they sign in. */
export const withoutPlace = (notice: Notice): Notice => {
  if (notice.template === "session-stolen") return { ...notice, device: null };
  if (notice.template === "new-device") return { ...notice, device: null, place: null, timezone: "UTC" };
  return notice;
};

/** What a notice is about: an order's id, a SKU, a queue, a session's id, an account's or a broadcast's. */
export const subjectOf = (notice: Notice): string => {
  if ("webhookId" in notice) return notice.webhookId;
  if (notice.template === "shop-event") return notice.subject;
  if ("queue" in notice) return notice.queue;
  if ("groupId" in notice) return notice.groupId;
  if (notice.template === "sagas-stuck") return "orders.sagas";
  if ("sid" in notice) return notice.sid;
  if ("userId" in notice) return notice.userId;
  if ("broadcastId" in notice) return notice.broadcastId;
  if ("botId" in notice) return notice.botId;
  return "sku" in notice ? notice.sku : notice.orderId;
};
