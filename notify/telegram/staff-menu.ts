import type { Api } from "grammy";
import type { Logger } from "../../shared/ports/logger.ts";
import { localeOf } from "../domain/locale.ts";
import { classifyFailure } from "../domain/send-result.ts";
import type { MenuChange, MenuSetter } from "../usecases/menu-ports.ts";
import { describeFailure, failureOf } from "./failure.ts";
import { commandNames } from "./texts/chat-texts.ts";
import { staffCommandNames } from "./texts/stock-texts.ts";
import { textsFor } from "./texts/texts.ts";

/** What the shop's people do first, then what everybody does. */
const commandsIn = (language: string) => {
  const { chat, stock } = textsFor(localeOf(language));
  return [
    ...staffCommandNames.map((command) => ({ command, description: stock.commands[command] })),
    ...commandNames.map((command) => ({ command, description: chat.commands[command] })),
  ];
};

/** The menu of one chat (Bot API, BotCommandScopeChat). It is a list of words: what may be done is asked of the shop each time. */
export const createMenuSetter = (api: Api, log: Logger): MenuSetter => ({
  async set({ chatId, language }: MenuChange) {
    const scope = { type: "chat", chat_id: chatId } as const;
    try {
      if (language === null) await api.deleteMyCommands({ scope });
      else await api.setMyCommands(commandsIn(language), { scope });
      return "done";
    } catch (error) {
      const failure = failureOf(error);
      log.warn("a menu could not be set", { chatId, reason: describeFailure(failure) });
      const { kind } = classifyFailure(failure);
      return kind === "refused" || kind === "unreachable" ? "refused" : "later";
    }
  },
});
