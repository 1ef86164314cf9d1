import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { checkSettings } from "./settings.ts";

const good = {
  JWT_PRIVATE_JWK: JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })),
  INTERNAL_TOKEN: "Zk3vQ8sLw1XyTb7cRf2HnMd9PjGa5EuK",
  OTP_PEPPER: "hQ4mWz8LkTn2VxRb6YcJs9DfGp3KaEu7",
  JWT_KEYS_SECRET: "Bv7nQw2ErTy9UiOp4AsDf6GhJk1LzXc8",
  METRICS_TOKEN: "Mn5bVc3XzLk8JhGf1DsAp0OiUy6TrEw2",
  TELEGRAM_BOT_TOKEN: `123456789:${"AbCdEfGhIj".repeat(4).slice(0, 35)}`,
  TELEGRAM_UPDATES: "polling",
  DATABASE_URL: "postgres://shop:V3ry0wnW0rd@db.internal/postgres",
  REDIS_URL: "redis://:An0therOwnW0rd@redis.internal",
  RABBITMQ_URL: "amqps://shop:Th1rdOwnW0rd@mq.internal",
  ADMIN_PHONES: "+15550001111",
  GATEWAY_URL: "https://shop.test",
};
const refusedBy = (change: Record<string, string | undefined>): string[] =>
  checkSettings({ ...good, ...change })
    .filter(({ level }) => level === "refused")
    .map(({ text }) => text);

describe("settings for production", () => {
  test("that are good are found so", () => {
    expect(checkSettings(good)).toEqual([]);
  });

  const weak: readonly (readonly [string, Record<string, string | undefined>])[] = [
    ["INTERNAL_TOKEN", { INTERNAL_TOKEN: undefined }],
    ["INTERNAL_TOKEN", { INTERNAL_TOKEN: "short" }],
    ["INTERNAL_TOKEN", { INTERNAL_TOKEN: "a".repeat(40) }],
    ["OTP_PEPPER", { OTP_PEPPER: "change-me-change-me-change-me-0123456789" }],
    ["NOTIFY_SECRET", { NOTIFY_SECRET: "change-me-change-me-change-me-0123456789" }],
    ["INTERNAL_TOKEN, OTP_PEPPER", { OTP_PEPPER: good.INTERNAL_TOKEN }],
    ["JWT_PRIVATE_JWK", { JWT_PRIVATE_JWK: "{}" }],
    ["TELEGRAM_BOT_TOKEN", { TELEGRAM_BOT_TOKEN: undefined }],
    ["ALLOWED_ORIGINS", { ALLOWED_ORIGINS: "*" }],
    ["ALLOWED_ORIGINS", { ALLOWED_ORIGINS: "http://shop.test" }],
    ["RATE_LIMITS", { RATE_LIMITS: "off" }],
    ["PAYMENT_PROVIDERS", { PAYMENT_PROVIDERS: "simulated" }],
    ["CRASH_AT", { CRASH_AT: "orders.after-commit" }],
    ["CLOCK_OFF_MS", { CLOCK_OFF_MS: "1500" }],
    ["DATABASE_URL", { DATABASE_URL: "postgres://postgres:postgres@db/postgres" }],
    ["ORDERS_DATABASE_URL", { ORDERS_DATABASE_URL: "postgres://orders@db/orders" }],
    ["RABBITMQ_URL", { RABBITMQ_URL: "amqp://guest:guest@mq" }],
    ["TELEGRAM_WEBHOOK_URL", { TELEGRAM_WEBHOOK_URL: "http://shop.test" }],
    ["GATEWAY_URL", { GATEWAY_URL: "http://shop.test" }],
    ["PORT", { PORT: "many" }],
    ["CURRENCY", { CURRENCY: "gold" }],
  ];
  for (const [name, change] of weak) {
    test(`${name} is named when it is ${JSON.stringify(Object.values(change)[0])?.slice(0, 30)}`, () => {
      expect(refusedBy(change)).toContainEqual(expect.stringMatching(new RegExp(`^${name}: `)));
    });
  }

  test("say no value of a secret, and each problem once", () => {
    const texts = checkSettings({
      ...good,
      INTERNAL_TOKEN: "hunter2",
      DATABASE_URL: "postgres://postgres:postgres@hidden.internal/x",
      NODE_ENV: "development",
    }).map(({ text }) => text);
    expect(texts.join("\n")).not.toMatch(/hunter2|hidden\.internal/);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test("warn of what may be meant so", () => {
    const warned = checkSettings({
      ...good,
      RABBITMQ_URL: "",
      TELEGRAM_SANDBOX: "allow",
      PASSWORD_LOGIN: "on",
    });
    expect(warned.map(({ level }) => level)).toEqual(["warning", "warning", "warning"]);
  });
});
