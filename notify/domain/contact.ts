/** A contact message as the bot received it, as far as its truth depends on it. */
export interface ContactFacts {
  /** `message`, or `edited_message` and the like. */
  readonly updateKind: string;
  readonly chatType: string;
  readonly chatId: number;
  readonly fromId: number | null;
  readonly fromIsBot: boolean;
  /** Whose contact it says it is; missing for people who are not on Telegram. */
  readonly contactUserId: number | null;
  readonly forwarded: boolean;
  readonly viaBot: boolean;
  readonly sentAt: Date;
}

export type ContactProblem =
  | "not-a-message"
  | "not-private"
  | "other-chat"
  | "from-a-bot"
  | "not-own"
  | "forwarded"
  | "via-bot"
  | "too-old"
  | "nothing-pending";

/** A contact that was shared longer ago proves nothing about now. */
const CONTACT_MAX_AGE_MS = 600_000;

/**
 * The first of the nine conditions that a contact breaks, or null when it proves that the sender holds the phone. That
 * the contact's user is the sender is not enough: people can forward their own old contact after changing number.
 */
export const contactProblem = (
  facts: ContactFacts,
  { now, bindPending }: { readonly now: Date; readonly bindPending: boolean },
): ContactProblem | null => {
  if (facts.updateKind !== "message") return "not-a-message";
  if (facts.chatType !== "private") return "not-private";
  if (facts.fromId === null || facts.chatId !== facts.fromId) return "other-chat";
  if (facts.fromIsBot) return "from-a-bot";
  if (facts.contactUserId !== facts.fromId) return "not-own";
  if (facts.forwarded) return "forwarded";
  if (facts.viaBot) return "via-bot";
  if (now.getTime() - facts.sentAt.getTime() > CONTACT_MAX_AGE_MS) return "too-old";
  return bindPending ? null : "nothing-pending";
};
