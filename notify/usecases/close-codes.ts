import type { Clock } from "../../shared/kernel/clock.ts";
import { retryDelayMs } from "../domain/delivery.ts";
import type { PaceStore } from "./delivery-ports.ts";
import type { ChatStore, ClosingMessage, CodeMessageStore, Messenger } from "./ports.ts";

/** Messages that are edited at once: no more than Telegram takes well (grammY, "Flood limits"). */
const AT_ONCE = 3;
/** Longer than an edit may take: past this whoever has taken the message has died, and another edits it. */
const CLAIM_MS = 30_000;
/** Edits of one message, at most; the code in it is of no use whatever it says. */
const ATTEMPTS_MAX = 8;

export interface CloseCodesDeps {
  readonly codeMessages: Pick<CodeMessageStore, "claimClosing" | "isEmpty" | "postpone" | "remove">;
  readonly chats: Pick<ChatStore, "languageIn">;
  readonly messenger: Pick<Messenger, "closeCode">;
  readonly pace: Pick<PaceStore, "spend" | "flooded">;
  readonly clock: Clock;
}

export interface ClosedCodes {
  readonly count: number;
  readonly more: boolean;
  readonly isIdle: boolean;
}

/** How long until it is tried again; null where nothing more can be done about the message. */
const pauseMsAfter = async (
  { pace, clock }: CloseCodesDeps,
  { chatId, attempts }: ClosingMessage,
  result: Awaited<ReturnType<Messenger["closeCode"]>>,
): Promise<number | null> => {
  if (attempts >= ATTEMPTS_MAX) return null;
  switch (result.kind) {
    case "wait":
      await pace.flooded(chatId, result.seconds, clock.now());
      return result.seconds * 1_000;
    // An edit may be repeated: it does no harm twice.
    case "unknown":
    case "retry":
      return retryDelayMs(attempts);
    default:
      return null;
  }
};

const closeOne = async (deps: CloseCodesDeps, message: ClosingMessage): Promise<void> => {
  const { codeMessages, chats, messenger, pace, clock } = deps;
  const language = (await chats.languageIn(message.chatId)) ?? "";
  await pace.spend(clock.now());
  const to = { chatId: message.chatId, language };
  const result = await messenger.closeCode(to, message.messageId, message.ending);
  const pauseMs = await pauseMsAfter(deps, message, result);
  if (pauseMs === null) await codeMessages.remove(message);
  else await codeMessages.postpone(message, new Date(clock.now().getTime() + pauseMs));
};

/**
 * Edits messages whose codes are of no use any more, a few at once: they say what became of them. Answers how many there were; as many as
 * are edited at once when there may be `more`, and `isIdle` while no message carries a code at all. A message whose edit ends with its process
 * is edited again.
 */
export const closeCodes = (deps: CloseCodesDeps) => async (): Promise<ClosedCodes> => {
  const now = deps.clock.now();
  const claimed = await deps.codeMessages.claimClosing(AT_ONCE, now, new Date(now.getTime() + CLAIM_MS));
  await Promise.all(claimed.map((message) => closeOne(deps, message)));
  const isIdle = claimed.length === 0 && (await deps.codeMessages.isEmpty());
  return { count: claimed.length, more: claimed.length === AT_ONCE, isIdle };
};
