import { describe, expect, test } from "bun:test";
import { readConfig } from "../shared/runtime/config.ts";
import { notifyConfigSchema, webhookOf } from "./config.ts";

const URL = "https://shop.example";
const SECRET = "webhook-secret-of-more-than-32-characters";
const bySecret = { TELEGRAM_WEBHOOK_URL: URL, TELEGRAM_WEBHOOK_SECRET: SECRET };

const ways: readonly [string, Readonly<Record<string, string>>, ReturnType<typeof webhookOf>][] = [
  ["fetched, where nothing is said", {}, null],
  ["brought, where an address is given", bySecret, { publicUrl: URL, secret: SECRET }],
  [
    "brought, where both say so",
    { ...bySecret, TELEGRAM_UPDATES: "webhook" },
    { publicUrl: URL, secret: SECRET },
  ],
  [
    "fetched, where that is chosen in spite of the address",
    { ...bySecret, TELEGRAM_UPDATES: "polling" },
    null,
  ],
];

describe("notify-2: updates are", () => {
  test.each(ways)("%s", (_, environment, webhook) => {
    expect(webhookOf(readConfig(notifyConfigSchema, environment))).toEqual(webhook);
  });

  test("neither brought to no address nor without its secret, and the refusal says what to set", () => {
    expect(() => readConfig(notifyConfigSchema, { TELEGRAM_UPDATES: "webhook" })).toThrow(
      /TELEGRAM_WEBHOOK_URL: needed/,
    );
    expect(() => readConfig(notifyConfigSchema, { TELEGRAM_WEBHOOK_URL: URL })).toThrow(
      /TELEGRAM_WEBHOOK_SECRET: needed/,
    );
  });
});

test("notify-12: what is unknown is sent once more only where the shop says so", () => {
  const read = (environment: Readonly<Record<string, string>>) =>
    readConfig(notifyConfigSchema, environment).TELEGRAM_RESEND_UNKNOWN;
  expect([
    read({}),
    read({ TELEGRAM_RESEND_UNKNOWN: "off" }),
    read({ TELEGRAM_RESEND_UNKNOWN: "on" }),
  ]).toEqual([...[false, false, true]]);
});
