import { type CardNotice, isCard } from "../domain/card.ts";
import type { SendResult } from "../domain/send-result.ts";
import type { Addressee, ClaimedMessage, OrderCard } from "./delivery-ports.ts";
import type { Messenger } from "./ports.ts";

export interface SendCardDeps {
  readonly messenger: Pick<Messenger, "sendNotice" | "editNotice" | "retireCard">;
}

/** True where somebody has asked for the card: it is shown again, also where nothing is new. */
export const isAnew = ({ deliveries }: ClaimedMessage): boolean =>
  deliveries.some(({ notice }) => isCard(notice) && notice.anew === true);

/** What came of handing one message to Telegram. */
export interface Attempt {
  readonly result: SendResult;
  /** An edit of an existing message: may be repeated. */
  readonly edited: boolean;
  /** The message that now shows the order. */
  readonly cardMessageId: number | null;
}

const newCard = (result: SendResult): Attempt => ({
  result,
  edited: false,
  cardMessageId: result.kind === "sent" ? result.messageId : null,
});

/** Shows the card at the end of the chat, and takes away the message that was it. */
const replaceCard = async (
  { messenger }: SendCardDeps,
  notice: CardNotice,
  to: Addressee,
  card: OrderCard,
): Promise<Attempt> => {
  const attempt = newCard(await messenger.sendNotice(to, notice));
  if (attempt.cardMessageId !== null) await messenger.retireCard(to, card.messageId);
  return attempt;
};

/** Edits the order's card, or sends it where there is none (any more). */
export const sendCard = async (
  deps: SendCardDeps,
  message: ClaimedMessage,
  notice: CardNotice,
  { to, card }: { readonly to: Addressee; readonly card: OrderCard | null },
): Promise<Attempt> => {
  const { messenger } = deps;
  if (card === null) return newCard(await messenger.sendNotice(to, notice));
  if (isAnew(message)) return replaceCard(deps, notice, to, card);
  const result = await messenger.editNotice(to, card.messageId, notice);
  if (result.kind === "lost-message") return newCard(await messenger.sendNotice(to, notice));
  const shown = result.kind === "sent" || result.kind === "not-modified";
  return { result, edited: true, cardMessageId: shown ? card.messageId : null };
};
