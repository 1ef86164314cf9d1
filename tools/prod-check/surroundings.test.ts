import { describe, expect, test } from "bun:test";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { testServer } from "../../shared/testing/test-server.ts";
import { checkSurroundings, isTooFull, skewMs } from "./surroundings.ts";

describe("the surroundings of a production", () => {
  test("servers that do not answer are named with their variable, and without a password", async () => {
    const environment = {
      DATABASE_URL: "postgres://shop:hunter2@127.0.0.1:1/x",
      ORDERS_DATABASE_URL: "postgres://shop:hunter2@127.0.0.1:1/orders",
      REDIS_URL: "redis://:hunter2@127.0.0.1:1",
      RABBITMQ_URL: "amqp://shop:hunter2@127.0.0.1:1",
      TELEGRAM_WEBHOOK_URL: "https://127.0.0.1:1",
    };
    const found = await checkSurroundings(environment, silentLogger());
    const refused = found.filter(({ level }) => level === "refused").map(({ text }) => text);
    expect(refused.map((text) => text.split(":")[0]).toSorted()).toEqual(Object.keys(environment).toSorted());
    expect(refused.join()).not.toContain("hunter2");
  });

  test("a server that answers, whose clock is ours, is nothing to speak of", async () => {
    const found = await checkSurroundings({ DATABASE_URL: await testServer() }, silentLogger());
    expect(found.filter(({ level }) => level === "refused")).toEqual([]);
  });

  test("a clock is compared with the middle of the asking", () => {
    expect(skewMs(1_000, 1_100, 1_050)).toBe(0);
    expect(skewMs(1_000, 1_100, 6_050)).toBe(5_000);
    expect(skewMs(1_000, 1_100, 50)).toBe(-1_000);
  });

  test("a disk is too full below a gigabyte, or below a tenth", () => {
    expect(isTooFull(2e9, 10e9)).toBe(false);
    expect(isTooFull(0.9e9, 1e9)).toBe(true);
    expect(isTooFull(9e9, 100e9)).toBe(true);
  });
});
