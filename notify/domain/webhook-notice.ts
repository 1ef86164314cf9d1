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
