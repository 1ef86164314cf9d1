import type { z } from "zod";
import type { DeliverCodeRequest, deliverCodeAnswerSchema } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { retryDelayMs } from "../domain/delivery.ts";
import type { SendResult } from "../domain/send-result.ts";
import type { PaceStore } from "./delivery-ports.ts";
import type { ChatStore, CodeMessageStore, Messenger } from "./ports.ts";

export type CodeOutcome = z.infer<typeof deliverCodeAnswerSchema>["outcome"];

/** A code that could not be handed to Telegram within so long is dropped: whoever asked for it has gone another way by then. */
export const CODE_WAIT_MAX_MS = 20_000;

export interface DeliverCodeDeps {
  readonly messenger: Pick<Messenger, "sendCode">;
  readonly codeMessages: Pick<CodeMessageStore, "add">;
  readonly chats: Pick<ChatStore, "setState">;
  readonly pace: Pick<PaceStore, "spend" | "flooded">;
  readonly clock: Clock;
  /** Waits; ends early when this process stops. */
  readonly pause: (ms: number) => Promise<void>;
  /** True once this process stops: nothing is begun any more. */
  readonly isStopping: () => boolean;
  /** Hears of what came of each attempt, and how long after the call. */
  readonly onResult: (result: SendResult, waitedMs: number) => void;
  /** Hears that what was learnt could not be stored. Whoever asked for the code is answered as Telegram did: it is in the chat, or is not. */
  readonly onUnstored: (error: unknown) => void;
  /** There is a message that may have to be edited: it may be known already why. */
  readonly wakeCodeCloser: () => void;
}

/** How long until the code may be tried again that was surely not sent; null for one that may have been, or never can be. */
const pauseMsAfter = (result: SendResult, tries: number): number | null => {
  if (result.kind === "retry") return retryDelayMs(tries);
  return result.kind === "wait" ? result.seconds * 1_000 : null;
};

/** Sends it, and again as long as it was surely not sent and there is time. The last result, or null where the time is over. */
const sendInTime = async (deps: DeliverCodeDeps, request: DeliverCodeRequest): Promise<SendResult | null> => {
  const { messenger, pace, clock, pause, isStopping, onResult } = deps;
  const begunMs = clock.now().getTime();
  const endsMs = Math.min(begunMs + CODE_WAIT_MAX_MS, Date.parse(request.expiresAt));
  for (let tries = 1; clock.now().getTime() < endsMs && !isStopping(); tries += 1) {
    const result = await messenger.sendCode(request, endsMs - clock.now().getTime());
    onResult(result, clock.now().getTime() - begunMs);
    // Only a hint to the others: the code itself waits here.
    if (result.kind === "wait")
      await pace.flooded(request.chatId, result.seconds, clock.now()).catch(() => undefined);
    const pauseMs = pauseMsAfter(result, tries);
    if (pauseMs === null) return result;
    if (clock.now().getTime() + pauseMs >= endsMs) return null;
    await pause(pauseMs);
  }
  return null;
};

/**
 * Sends a sign-in code to its chat at once. The code is kept nowhere: only where its message is, so that it can be edited
 * later. It asks no pace, neither the bot's nor the chat's: what waits in a lane makes room for it. A code that was surely not sent is tried
 * again for 20 s; one whose outcome is unknown is not, since the person can ask for another. `expired`: it was dropped, and no one has it.
 */
export const deliverCode =
  (deps: DeliverCodeDeps) =>
  async (request: DeliverCodeRequest): Promise<{ outcome: CodeOutcome }> => {
    const { codeMessages, chats, pace, clock, onUnstored, wakeCodeCloser } = deps;
    const { challengeId, chatId } = request;
    // Beside the send, and only counted: a database that is away holds up no code.
    void pace.spend(clock.now()).catch(() => undefined);
    const result = await sendInTime(deps, request);
    if (result === null) return { outcome: "expired" };
    switch (result.kind) {
      case "sent": {
        const [sentAt, expiresAt] = [clock.now(), new Date(request.expiresAt)];
        const { messageId } = result;
        await codeMessages.add({ chatId, messageId, challengeId, sentAt, expiresAt }).catch(onUnstored);
        wakeCodeCloser();
        return { outcome: "sent" };
      }
      case "unknown":
        return { outcome: "unknown" };
      case "unreachable":
        await chats.setState(chatId, "blocked", clock.now()).catch(onUnstored);
        return { outcome: "unreachable" };
      default:
        return { outcome: "unreachable" };
    }
  };
