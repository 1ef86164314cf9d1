import type { Bot } from "grammy";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { describeFailure, failureOf } from "./failure.ts";
import type { ShopFacts } from "./screens.ts";
import { commandNames } from "./texts/chat-texts.ts";
import { textsFor } from "./texts/texts.ts";

export interface BotIdentity {
  /**
   * Asks Telegram who the bot is (`getMe`), once: later calls answer at once. Fails with `UNAVAILABLE` while Telegram
   * does not say.
   */
  username(): Promise<string>;
  readonly known: boolean;
}

const publishCommands = async ({ api }: Bot, log: Logger): Promise<void> => {
  const commandsIn = ({ chat }: ReturnType<typeof textsFor>) =>
    commandNames.map((command) => ({ command, description: chat.commands[command] }));
  try {
    await api.setMyCommands(commandsIn(textsFor("en")));
    await api.setMyCommands(commandsIn(textsFor("ar")), { language_code: "ar" });
  } catch (error) {
    log.warn("the bot's menu could not be set", { reason: describeFailure(failureOf(error)) });
  }
};

/** Beside the field where people write: the shop as a Mini App where it has an address, else the commands. */
const setMenuButton = async ({ api }: Bot, { shopName, shopUrl }: ShopFacts, log: Logger): Promise<void> => {
  try {
    await api.setChatMenuButton({
      menu_button:
        shopUrl === null
          ? { type: "commands" }
          : { type: "web_app", text: shopName, web_app: { url: shopUrl } },
    });
  } catch (error) {
    log.warn("the bot's menu button could not be set", { reason: describeFailure(failureOf(error)) });
  }
};

/** Who the bot is. Once that is known its menu of commands and its menu button are set, too. */
export const createBotIdentity = (bot: Bot, facts: ShopFacts, log: Logger): BotIdentity => {
  let asking: Promise<string> | null = null;

  const ask = async (): Promise<string> => {
    try {
      bot.botInfo = await bot.api.getMe();
    } catch (error) {
      const reason = describeFailure(failureOf(error));
      log.warn("Telegram does not say who the bot is: check TELEGRAM_BOT_TOKEN and the network", { reason });
      throw unavailable("The bot cannot be reached just now.", 2);
    }
    await publishCommands(bot, log);
    await setMenuButton(bot, facts, log);
    return bot.botInfo.username;
  };

  return {
    get known() {
      return bot.isInited();
    },
    async username() {
      if (bot.isInited()) return bot.botInfo.username;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
};
