import type { InferSelectModel } from "drizzle-orm";
import type { DeliveryOrigin } from "../domain/delivery-origin.ts";
import { laneAt } from "../domain/lane.ts";
import type { ClaimedMessage } from "../usecases/delivery-ports.ts";
import { type DeliveryRow, deliveryFrom } from "./delivery-row.ts";
import { type PreferenceColumns, preferencesOf } from "./preference-columns.ts";
import type { chat } from "./schema.ts";

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
  | (DeliveryRow & {
      /** The lane that the claim took it for. */
      for_lane: number;
      origin: DeliveryOrigin | null;
      chat_user: string | null;
      chat_id: string | null;
      chat_kind: StoredChat["kind"];
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
    })
);
type Taken = Extract<ClaimedRow, { id: string }>;

const recipientOf = (row: Taken): ClaimedMessage["recipient"] => {
  if (row.chat_user === null) return null;
  return {
    chat: {
      userId: row.chat_user,
      kind: row.chat_kind,
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
      // Of no use to the bot.
      channels: null,
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
    const deliveries = own.map(deliveryFrom);
    const { origin } = first;
    return [{ claimId, userId, lane: laneAt(rank), deliveries, recipient: recipientOf(first), origin }];
  });
};
