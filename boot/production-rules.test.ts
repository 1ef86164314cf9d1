import { expect, test } from "bun:test";
import { assertProductionRules, productionWarnings } from "./production-rules.ts";

const bot = { NODE_ENV: "production", TELEGRAM_BOT_TOKEN: "1:token" };
const production = { ...bot, TELEGRAM_WEBHOOK_URL: "https://shop.example" };

test("notify-2: in production somebody says how updates come: by webhook, or fetched by one instance", () => {
  for (const silent of [{}, { TELEGRAM_WEBHOOK_URL: " " }, { TELEGRAM_UPDATES: "webhook" }])
    expect(() => assertProductionRules({ ...bot, ...silent })).toThrow(
      /TELEGRAM_WEBHOOK_URL: .*TELEGRAM_UPDATES=polling/,
    );
  assertProductionRules(production);
  assertProductionRules({ ...bot, TELEGRAM_UPDATES: "polling" });
  assertProductionRules(bot, ["orders"]);
  assertProductionRules({ ...bot, NODE_ENV: "development" });
});

test("simulated payments are refused in production, wherever they stand in the list", () => {
  for (const PAYMENT_PROVIDERS of ["simulated", "manual, simulated"]) {
    expect(() => assertProductionRules({ ...production, PAYMENT_PROVIDERS })).toThrow("PAYMENT_PROVIDERS");
    assertProductionRules({ PAYMENT_PROVIDERS });
  }
  assertProductionRules({ ...production, PAYMENT_PROVIDERS: "manual" });
  assertProductionRules(production);
});

test("a bot without a pace is refused in production, unless another server than Telegram's stands in for it", () => {
  const unpaced = { ...production, TELEGRAM_PACE: "off" };
  for (const TELEGRAM_API_ROOT of [undefined, "", "https://api.telegram.org", "https://API.telegram.org/"])
    expect(() => assertProductionRules({ ...unpaced, TELEGRAM_API_ROOT })).toThrow("TELEGRAM_PACE");
  assertProductionRules({ ...unpaced, TELEGRAM_API_ROOT: "http://bot-api.internal:8081" });
  assertProductionRules({ ...unpaced, TELEGRAM_BOT_TOKEN: "", TELEGRAM_SANDBOX: "allow" });
  assertProductionRules({ TELEGRAM_PACE: "off" });
  assertProductionRules({ ...production, TELEGRAM_PACE: "telegram" });
});

test("passwords are allowed in production, with a warning", () => {
  assertProductionRules({ ...production, PASSWORD_LOGIN: "on" });
  expect(productionWarnings({ ...production, PASSWORD_LOGIN: "on" })).toEqual([
    expect.stringContaining("PASSWORD_LOGIN is on"),
  ]);
  expect(productionWarnings({ PASSWORD_LOGIN: "on" })).toEqual([]);
  expect(productionWarnings(production)).toEqual([]);
});

test("a clock that is wrong on purpose is refused in production", () => {
  expect(() => assertProductionRules({ ...production, CLOCK_OFF_MS: "-1500" })).toThrow("CLOCK_OFF_MS");
  assertProductionRules({ CLOCK_OFF_MS: "-1500" });
});
