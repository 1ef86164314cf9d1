// `bun run telegram:keys [--widget]`: derives from the bot's token what auth needs to verify Telegram's data, for an auth that
// runs apart. The token is read from TELEGRAM_BOT_TOKEN, else from standard input, and is not printed.

import { type TelegramKeys, telegramKeysOf, tokenFrom } from "../boot/telegram-keys.ts";

const USAGE = "Usage: bun run telegram:keys [--widget]   with the bot's token in its variable, or piped in";
const words = Bun.argv.slice(2);

const linesOf = ({ botId, webAppKey, widgetKey }: TelegramKeys): string[] => [
  `TELEGRAM_BOT_ID=${botId}`,
  `TELEGRAM_WEBAPP_KEY=${webAppKey}`,
  ...(words.includes("--widget") ? [`TELEGRAM_WIDGET_KEY=${widgetKey}`] : []),
];

/** What is piped in; a terminal is not waited for, since a token typed there stays on the screen. */
const piped = async (): Promise<string> => (process.stdin.isTTY ? "" : Bun.stdin.text());

const isUnknown = (word: string): boolean => word !== "--widget";
const keys = words.some(isUnknown) ? null : telegramKeysOf(await tokenFrom(process.env, piped));
if (keys === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${linesOf(keys).join("\n")}\n`);
}
