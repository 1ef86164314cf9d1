import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { authConfigSchema } from "../auth/config.ts";
import { readConfig } from "../shared/runtime/config.ts";

const root = join(import.meta.dir, "..");

/** Notify drives the bot; boot hands it the token and derives the keys of auth; the sandbox stands in for Telegram. */
const MAY_HOLD_IT = /^(notify|boot|sandbox)\//;
/** Tests, the journeys and the proof start processes with tokens that open nothing. */
const IS_TEST = /\.test\.tsx?$|(^|\/)testing\/|^(e2e|prove)\//;
/** The variable, a name for its value, or something that is a token. */
const TOKEN_USE = /bot[-_ ]?token\b(?!'s)|\b[0-9]{6,16}:AA[A-Za-z0-9_-]{30,}/i;

/** The code of a file without its comments: they may speak of the token. */
const codeOf = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");

const usesToken = (path: string, text: string): boolean =>
  !MAY_HOLD_IT.test(path) && !IS_TEST.test(path) && TOKEN_USE.test(codeOf(text));

describe("auth-15: the bot's token", () => {
  test("is used in no code but that of notify, boot and the sandbox", async () => {
    const paths = await Array.fromAsync(new Bun.Glob("**/*.{ts,tsx,js}").scan({ cwd: root }));
    const own = paths.filter((path) => !/(^|\/)(node_modules|\.data)\//.test(path));
    const uses = await Promise.all(
      own.map(async (path) => (usesToken(path, await Bun.file(join(root, path)).text()) ? path : null)),
    );
    expect(own.length).toBeGreaterThan(100);
    expect(uses.filter((path) => path !== null)).toEqual([]);
  });

  test("would be found: the variable, a field, an argument, a literal", () => {
    const found = [
      "const token = process.env.TELEGRAM_BOT_TOKEN;",
      "createBot({ botToken });",
      "const bot_token = read();",
      'const it = "7000000001:AAsandbox_only_this_opens_nothing_x";',
    ];
    for (const text of found) expect(usesToken("auth/service.ts", text)).toBe(true);
    expect(usesToken("auth/service.ts", "// never the bot token itself\nconst key = 1;")).toBe(false);
    expect(usesToken("notify/config.ts", "TELEGRAM_BOT_TOKEN")).toBe(false);
  });

  test("does not reach auth's configuration from an environment that has it", () => {
    const token = "123456789:AAexample_of_a_token_that_opens_nothing";
    const config = readConfig(authConfigSchema, { OTP_PEPPER: "p".repeat(32), TELEGRAM_BOT_TOKEN: token });
    expect(JSON.stringify(config)).not.toContain("AAexample");
  });
});
