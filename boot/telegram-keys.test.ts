import { describe, expect, test } from "bun:test";
import { SANDBOX_BOT_TOKEN } from "../sandbox/sandbox.ts";
import { ConfigError } from "../shared/runtime/config.ts";
import { assertProductionRules } from "./production-rules.ts";
import { isSandboxOn } from "./telegram.ts";
import { telegramKeysOf, tokenFrom, withTelegramKeys } from "./telegram-keys.ts";

const TOKEN = "123456789:AAexample_of_a_token_that_opens_nothing";
/** By hand: `printf %s "$TOKEN" | openssl dgst -sha256 -hmac WebAppData`, and without `-hmac`. */
const KEYS = {
  botId: "123456789",
  webAppKey: "70ef0a75a659748b08eba17564956fd42af286e044d72c0d9852749a4add8e69",
  widgetKey: "0fafc72f855dbdb45f579992dc1f686ea84f4d7a4f3e79d5be072de8efbb7630",
};
const env = (environment: Record<string, string>) => withTelegramKeys(environment);

describe("auth-15: the keys of a bot", () => {
  test("are derived from its token as Telegram does", () => {
    expect(telegramKeysOf(TOKEN)).toEqual(KEYS);
    expect(telegramKeysOf("not a token")).toBeNull();
    expect(telegramKeysOf("123:short")).toBeNull();
  });

  test("are given to auth where this process knows the token; the widget's only where it is on", () => {
    const given = env({ TELEGRAM_BOT_TOKEN: ` ${TOKEN} ` });
    expect(given).toMatchObject({ TELEGRAM_BOT_ID: KEYS.botId, TELEGRAM_WEBAPP_KEY: KEYS.webAppKey });
    expect(given.TELEGRAM_WIDGET_KEY).toBeUndefined();
    const withWidget = env({ TELEGRAM_BOT_TOKEN: TOKEN, AUTH_TELEGRAM_WIDGET: "on" });
    expect(withWidget.TELEGRAM_WIDGET_KEY).toBe(KEYS.widgetKey);
  });

  test("that were chosen stay as they are, by either way", () => {
    for (const chosen of [{ TELEGRAM_BOT_ID: "7" }, { TELEGRAM_WEBAPP_KEY: "a".repeat(64) }])
      expect(env({ ...chosen, SANDBOX_TOKEN: "s".repeat(32) })).toEqual({
        ...chosen,
        SANDBOX_TOKEN: "s".repeat(32),
      });
    const byTelegram = env({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_BOT_ID: KEYS.botId });
    expect(byTelegram.TELEGRAM_WEBAPP_KEY).toBeUndefined();
  });

  test("of another bot are refused by name, without a value", () => {
    const wrong = {
      TELEGRAM_BOT_ID: "7",
      TELEGRAM_WEBAPP_KEY: "a".repeat(64),
      TELEGRAM_WIDGET_KEY: "b".repeat(64),
    };
    const read = () => env({ TELEGRAM_BOT_TOKEN: TOKEN, ...wrong });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^TELEGRAM_BOT_ID: .*\nTELEGRAM_WEBAPP_KEY: .*\nTELEGRAM_WIDGET_KEY: /);
    expect(read).not.toThrow(new RegExp(`aaaa|bbbb|${TOKEN.split(":")[1]}`));
    expect(
      env({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_WEBAPP_KEY: KEYS.webAppKey.toUpperCase() }),
    ).toBeDefined();
  });

  test("of the sandbox cannot be made by who knows its token, which everybody does", () => {
    const keyWith = (secret: string) => env({ SANDBOX_TOKEN: secret.repeat(32) }).TELEGRAM_WEBAPP_KEY;
    expect(keyWith("s")).toMatch(/^[0-9a-f]{64}$/);
    expect(keyWith("s")).not.toBe(keyWith("t"));
    expect(keyWith("s")).not.toBe(telegramKeysOf(SANDBOX_BOT_TOKEN)?.webAppKey);
  });

  test("are none in production where neither is known", () => {
    const production = { NODE_ENV: "production", SANDBOX_TOKEN: "s".repeat(32) };
    expect(env(production)).toEqual(production);
    expect(env({ ...production, TELEGRAM_SANDBOX: "allow" }).TELEGRAM_WEBAPP_KEY).toBeDefined();
  });

  test("come from the environment or from what is piped in", async () => {
    const piped = async () => `${TOKEN}\n`;
    expect(await tokenFrom({ TELEGRAM_BOT_TOKEN: "1:env" }, piped)).toBe("1:env");
    expect(await tokenFrom({ TELEGRAM_BOT_TOKEN: "" }, piped)).toBe(TOKEN);
  });
});

describe("auth-15: in production", () => {
  const production = { NODE_ENV: "production" };

  test("only notify has to know the bot's token; without it no other part opens a sandbox", () => {
    expect(() => assertProductionRules(production)).toThrow("TELEGRAM_BOT_TOKEN");
    expect(() => assertProductionRules(production, ["gateway", "notify"])).toThrow("TELEGRAM_BOT_TOKEN");
    assertProductionRules(production, ["gateway", "auth", "orders"]);
    expect(isSandboxOn(production)).toBe(false);
    expect(isSandboxOn({ ...production, TELEGRAM_SANDBOX: "allow" })).toBe(true);
    expect(isSandboxOn({})).toBe(true);
  });

  test("the keys of the test environment are refused", () => {
    const bot = { ...production, TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_UPDATES: "polling" };
    expect(() => assertProductionRules({ ...bot, TELEGRAM_WEBAPP_ENVIRONMENT: "test" })).toThrow(
      "TELEGRAM_WEBAPP_ENVIRONMENT",
    );
    assertProductionRules({ ...bot, TELEGRAM_WEBAPP_ENVIRONMENT: "production" });
  });
});
