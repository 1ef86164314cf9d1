import type { NewDeviceNotice, PhoneReleasedNotice, SessionStolenNotice } from "./account-notice.ts";
import type { BroadcastNotice } from "./broadcast-notice.ts";
import type {
  BotConflictNotice,
  GroupLostNotice,
  MessagesParkedNotice,
  SagasStuckNotice,
} from "./operations-notice.ts";
import type {
  OrderAlertNotice,
  OrderCardNotice,
  OrderHeadlineNotice,
  StaffCardNotice,
} from "./order-notice.ts";
import type { BackInStockNotice, StockLowNotice, StockRestockedNotice } from "./stock-notice.ts";
import type { ShopEventNotice, WebhookOffNotice } from "./webhook-notice.ts";

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
