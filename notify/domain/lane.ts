import type { DeliveryClass } from "./delivery.ts";
import type { Notice } from "./notice.ts";

/**
 * What a person's deliveries queue in, the most urgent first. Sign-in codes stand in none: they go out at once. Within a lane the
 * order of arrival is kept; between the lanes of one person it is not.
 */
export const lanes = ["news", "urgent", "orders", "stock", "back-in-stock", "broadcast"] as const;
export type Lane = (typeof lanes)[number];

/** As it is stored: the lower goes first. */
export const rankOf = (lane: Lane): number => lanes.indexOf(lane);

export const laneAt = (rank: number): Lane => lanes[rank] ?? "news";

/** The lanes of alerts, one after the other in rank. */
export const alertLanes = ["urgent", "orders", "stock"] as const satisfies readonly Lane[];

/** Customers before merchants, but for what nobody waits for at the door: many hear of a product at once, and all of a broadcast. Of the alerts those first that cost sales: what is sold out, what could not be handled. */
export const laneOf = (deliveryClass: DeliveryClass, notice: Notice): Lane => {
  if (notice.template === "back-in-stock") return notice.template;
  if (notice.template === "broadcast") return notice.test === true ? "news" : "broadcast";
  if (deliveryClass === "transactional") return "news";
  switch (notice.template) {
    case "order-card":
    case "staff-card":
    case "order-headline":
    case "order-alert":
    // Goes to webhooks, never into a chat.
    case "shop-event":
      return "orders";
    case "messages-parked":
    case "sagas-stuck":
    case "group-lost":
    case "webhook-off":
    case "session-stolen":
    case "new-device":
    case "phone-released":
    case "bot-conflict":
      return "urgent";
    case "stock-low":
      return notice.available > 0 ? "stock" : "urgent";
    case "stock-restocked":
      return "stock";
    default:
      return notice satisfies never;
  }
};

/**
 * Lanes whose waiting alerts go out together with one of this lane, as one message. What is urgent takes the stock alerts along:
 * one that waited and came after "out of stock" would say that there is some. Everything else goes alone.
 */
export const takenTogether: Readonly<Record<Lane, readonly Lane[]>> = {
  news: [],
  urgent: ["urgent", "stock"],
  orders: ["orders"],
  stock: ["stock", "urgent"],
  "back-in-stock": [],
  broadcast: [],
};

/**
 * How long alerts let customers go first. In a rush that lasts they would never come otherwise; since they go out together and at a
 * pace of their own, it costs the customers little.
 */
export const ALERT_PATIENCE_MS = 10_000;
/** Deliveries that one message stands for, at most: a claim and a record stay short. */
export const TOGETHER_MAX = 500;
/** Deliveries of a person among which newer news of the same order is looked for before its card is sent. */
export const LOOK_AHEAD = 50;
