import { waitFor } from "../../shared/testing/wait-for.ts";
import type { ChatMessage } from "../../tools/client/sandbox-client.ts";
import type { ChatShop } from "./chat-shop.ts";

/** Longest wait for what the bot says. */
const PATIENCE_MS = 20_000;

/** One person's chat with the bot, and what they do in it. */
export const personInChat = ({ sandbox }: Pick<ChatShop, "sandbox">, personId: number) => {
  const fromBot = async () => (await sandbox.messages(personId)).filter(({ from }) => from === "bot");
  const hasButton = ({ buttons }: ChatMessage, label?: string) =>
    label === undefined || buttons.flat().some((button) => button.label === label);

  /** The newest message like this, with the button where one is named. Waits for it. */
  const sees = (pattern: RegExp, label?: string): Promise<ChatMessage> =>
    waitFor(
      async () =>
        (await fromBot()).findLast((message) => pattern.test(message.text) && hasButton(message, label)),
      { what: `a message like ${pattern}, with the button ${label}`, timeoutMs: PATIENCE_MS },
    );

  return {
    personId,
    sees,
    fromBot,
    say: (text: string) => sandbox.say(personId, text),
    open: (payload?: string) => sandbox.start(personId, payload),
    /** Taps on the newest message like this that has the button. */
    async tap(pattern: RegExp, label: string) {
      const { messageId } = await sees(pattern, label);
      await sandbox.tap(personId, messageId, label);
    },
  };
};

export type PersonInChat = ReturnType<typeof personInChat>;
