import type { InferSelectModel } from "drizzle-orm";
import { laneAt } from "../domain/lane.ts";
import type { Notice } from "../domain/notice.ts";
import type { ClaimedMessage } from "../usecases/delivery-ports.ts";
import { type PreferenceColumns, preferencesOf } from "./preference-columns.ts";
import type { chat, delivery } from "./schema.ts";

type Stored = InferSelectModel<typeof delivery>;
type StoredChat = InferSelectModel<typeof chat>;

/** What a claim answers in each row: the bot's pace, and a delivery with its chat and card where it took one. */
export type ClaimedRow = {
  /** Messages that the bot may send now, and in how many milliseconds it may send one. */
  tokens: number;
  ready_ms: number;
  /** When the next lane is due that is not due yet, in milliseconds from now. */
  next_ms: number | null;
} & (
  | { id: null }
  | {
      id: string;
      /** The lane that the claim took it for. */
      for_lane: number;
      user_id: string;
      class: Stored["class"];
      notice: Notice;
      state: Stored["state"];
      attempts: number;
      telegram_message_id: string | null;
      reason: string | null;
      next_at: string;
      expires_at: string;
      created_at: string;
      updated_at: string;
      chat_user: string | null;
      chat_id: string | null;
      chat_state: StoredChat["state"];
      language: string;
      timezone: string;
      role: StoredChat["role"];
      user_version: number;
      card_message: string | null;
      card_version: number;
      choices: PreferenceColumns["choices"];
      quiet_from: string | null;
      quiet_to: string | null;
      own_language: PreferenceColumns["language"];
    }
);
type Taken = Extract<ClaimedRow, { id: string }>;

const deliveryOf = (row: Taken): ClaimedMessage["deliveries"][number] => ({
  id: row.id,
  userId: row.user_id,
  class: row.class,
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

const recipientOf = (row: Taken): ClaimedMessage["recipient"] => {
  if (row.chat_user === null) return null;
  return {
    chat: {
      userId: row.chat_user,
      chatId: row.chat_id === null ? null : Number(row.chat_id),
      state: row.chat_state,
      language: row.language,
      timezone: row.timezone,
      role: row.role,
      userVersion: row.user_version,
    },
    card:
      row.card_message === null ? null : { messageId: Number(row.card_message), version: row.card_version },
    preferences: preferencesOf({
      choices: row.choices,
      quietFrom: row.quiet_from,
      quietTo: row.quiet_to,
      language: row.own_language,
    }),
  };
};

const isTaken = (row: ClaimedRow): row is Taken => row.id !== null;

/** One message a person, its deliveries in the order of arrival, the most urgent first. */
export const messagesOf = (claimId: string, rows: readonly ClaimedRow[]): ClaimedMessage[] => {
  const byPerson = Map.groupBy(rows.filter(isTaken), (row) => row.user_id);
  return [...byPerson.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { user_id: userId, for_lane: rank } = first;
    const deliveries = own.map(deliveryOf);
    return [{ claimId, userId, lane: laneAt(rank), deliveries, recipient: recipientOf(first) }];
  });
};
