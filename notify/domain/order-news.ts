import type { Money } from "../../shared/kernel/money.ts";
import type { Notice } from "./notice.ts";
import type { AlertStatus, HeadlineStatus, OrderAlertNotice } from "./order-notice.ts";
import type { ShownStatus } from "./order-status.ts";

/** What an event says about an order, as far as it is told on. */
export interface OrderNews {
  readonly orderId: string;
  readonly number: string;
  readonly version: number;
  readonly status: ShownStatus;
  readonly previousStatus: ShownStatus | null;
  readonly lines: readonly { readonly name: string; readonly quantity: number; readonly lineTotal: Money }[];
  readonly total: Money;
  readonly reason: string | null;
}

const headlines: readonly string[] = [
  "rejected",
  "shipped",
  "delivered",
  "cancelled",
] satisfies HeadlineStatus[];

const isHeadline = (status: ShownStatus): status is HeadlineStatus => headlines.includes(status);

/**
 * What the buyer is told. A pending order is not worth a message: its confirmation or rejection follows within seconds.
 * From then on there is a card. A headline goes out beside it only where the card is edited, since an edit makes no
 * sound; the first card of an order is news by itself. A reason is told with the status that it led to: where only the
 * lines changed, the card shows them and needs none.
 */
export const noticesToBuyer = (news: OrderNews): Notice[] => {
  const { orderId, number, status, version, lines, total, previousStatus } = news;
  if (status === "pending") return [];
  const reason = previousStatus === status ? null : news.reason;
  const card: Notice = { template: "order-card", orderId, number, status, version, lines, total, reason };
  const hadCard = previousStatus !== null && previousStatus !== "pending" && previousStatus !== status;
  if (!hadCard || !isHeadline(status)) return [card];
  return [card, { template: "order-headline", orderId, number, status, reason }];
};

/** What the admins are told of an order that was confirmed, cancelled, or whose lines changed. */
export const noticeToAdmins = (news: OrderNews, status: AlertStatus): OrderAlertNotice => ({
  template: "order-alert",
  orderId: news.orderId,
  number: news.number,
  status,
  pieces: news.lines.reduce((pieces, { quantity }) => pieces + quantity, 0),
  total: news.total,
  reason: news.reason,
});
