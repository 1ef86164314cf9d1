import type { InferSelectModel } from "drizzle-orm";
import type { Delivery } from "../domain/delivery.ts";
import { delivery } from "./schema.ts";

type Stored = InferSelectModel<typeof delivery>;

/** A delivery as a statement of our own answers it. */
export type DeliveryRow = {
  id: string;
  user_id: string;
  class: Stored["class"];
  channel: Stored["channel"];
  notice: Stored["notice"];
  state: Stored["state"];
  attempts: number;
  telegram_message_id: string | null;
  reason: string | null;
  next_at: string;
  expires_at: string;
  created_at: string;
  updated_at: string;
};

export const deliveryFrom = (row: DeliveryRow): Delivery => ({
  id: row.id,
  userId: row.user_id,
  class: row.class,
  channel: row.channel,
  notice: row.notice,
  state: row.state,
  attempts: row.attempts,
  telegramMessageId: row.telegram_message_id === null ? null : Number(row.telegram_message_id),
  reason: row.reason,
  nextAt: new Date(row.next_at),
  expiresAt: new Date(row.expires_at),
  createdAt: new Date(row.created_at),
  updatedAt: new Date(row.updated_at),
});

/** What is read of a delivery to be shown or sent. */
export const shownDelivery = {
  id: delivery.id,
  userId: delivery.userId,
  class: delivery.class,
  channel: delivery.channel,
  notice: delivery.notice,
  state: delivery.state,
  attempts: delivery.attempts,
  telegramMessageId: delivery.telegramMessageId,
  reason: delivery.reason,
  nextAt: delivery.nextAt,
  expiresAt: delivery.expiresAt,
  createdAt: delivery.createdAt,
  updatedAt: delivery.updatedAt,
};
