import type { DeliveryClass } from "./delivery.ts";
import type { Notice } from "./notice.ts";
import type { ShownStatus } from "./order-status.ts";

/** The ways on which a delivery may go. */
export const channels = ["telegram", "email", "webhook"] as const;
export type Channel = (typeof channels)[number];
/** Those beside the bot: each person's copy of what the bot says, and the shop's events. */
export type OtherChannel = Exclude<Channel, "telegram">;

/**
 * What a delivery queues in beside the bot's lanes. The bot's claim looks at rows of `delivery_lane`, of which there is none for these, so
 * that what waits for a mail server never waits in front of a chat.
 */
export const channelRank: Readonly<Record<OtherChannel, number>> = { email: 100, webhook: 101 };

/** Statuses of an order that are worth a message outside of the chat, where nothing can be edited. */
const toldStatuses: readonly ShownStatus[] = ["confirmed", "rejected", "shipped", "delivered", "cancelled"];

/**
 * What names the copy of a notice on another channel, so that it is made once; null for what stays in the chat. An order is told of
 * once a status: by its card, which has the lines as well, so its headline is not copied, and neither is a card that was asked
 * for or whose lines alone have changed.
 */
export const copyKeyOf = (deliveryClass: DeliveryClass, dedupeKey: string, notice: Notice): string | null => {
  if (deliveryClass === "admin_alert") return null;
  switch (notice.template) {
    case "order-card": {
      const isTold = toldStatuses.includes(notice.status) && notice.anew !== true;
      return isTold ? `order:${notice.orderId}:${notice.status}` : null;
    }
    case "session-stolen":
    case "new-device":
    case "phone-released":
    case "back-in-stock":
    case "broadcast":
      return dedupeKey;
    case "staff-card":
    case "order-headline":
    case "order-alert":
    case "stock-low":
    case "stock-restocked":
    case "messages-parked":
    case "sagas-stuck":
    case "group-lost":
    case "bot-conflict":
    case "shop-event":
    case "webhook-off":
      return null;
    default:
      return notice satisfies never;
  }
};
