import type { z } from "zod";
import type { DeliverCodeRequest, deliverCodeAnswerSchema } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { PaceStore } from "./delivery-ports.ts";
import type { ChatStore, CodeMessageStore, Messenger } from "./ports.ts";

export type CodeOutcome = z.infer<typeof deliverCodeAnswerSchema>["outcome"];

/** Tries beyond the first, only for a send that surely never left. */
const RETRIES = 1;

export interface DeliverCodeDeps {
  readonly messenger: Messenger;
  readonly codeMessages: CodeMessageStore;
  readonly chats: Pick<ChatStore, "setState">;
  readonly pace: Pick<PaceStore, "spend" | "flooded">;
  readonly clock: Clock;
}

/**
 * Sends a sign-in code to its chat at once. The code is kept nowhere: only where its message is, so that it can be edited
 * later. It asks no pace, neither the bot's nor the chat's: what waits in a lane makes room for it. A send that surely never left is tried once more; one whose outcome is unknown is not, since the person can ask
 * for another code.
 */
export const deliverCode =
  ({ messenger, codeMessages, chats, pace, clock }: DeliverCodeDeps) =>
  async (request: DeliverCodeRequest): Promise<{ outcome: CodeOutcome }> => {
    const { challengeId, chatId } = request;
    if (new Date(request.expiresAt) <= clock.now()) return { outcome: "unreachable" };
    // Beside the send, and only counted: a database that is away holds up no code.
    void pace.spend(clock.now()).catch(() => undefined);
    let result = await messenger.sendCode(request);
    for (let tries = 0; result.kind === "retry" && tries < RETRIES; tries += 1) {
      result = await messenger.sendCode(request);
    }
    switch (result.kind) {
      case "sent":
        await codeMessages.add({ chatId, messageId: result.messageId, challengeId, sentAt: clock.now() });
        return { outcome: "sent" };
      case "unknown":
        return { outcome: "unknown" };
      case "unreachable":
        await chats.setState(chatId, "blocked", clock.now());
        return { outcome: "unreachable" };
      case "wait":
        await pace.flooded(chatId, result.seconds, clock.now());
        return { outcome: "unreachable" };
      default:
        return { outcome: "unreachable" };
    }
  };
