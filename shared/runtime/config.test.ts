import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { ConfigError, readConfig, variable } from "./config.ts";

const schema = z.object({
  PORT: variable.port(3000),
  REDIS_URL: variable.url(["redis:"]).optional(),
  INTERNAL_TOKEN: variable.secret(),
  RATE_LIMITS: variable.onOff("on"),
  ADMIN_PHONES: variable.list(),
});
const good = { INTERNAL_TOKEN: "x".repeat(32) };

describe("configuration", () => {
  test("defaults apply, and an empty variable is as good as none", () => {
    expect(readConfig(schema, { ...good, REDIS_URL: " ", PORT: "" })).toEqual({
      PORT: 3000,
      INTERNAL_TOKEN: "x".repeat(32),
      RATE_LIMITS: true,
      ADMIN_PHONES: [],
    });
  });

  test("names every wrong variable at once, with what is expected and without its value", () => {
    const read = () =>
      readConfig(schema, {
        PORT: "http",
        REDIS_URL: "amqp://secret@host",
        INTERNAL_TOKEN: "hunter2",
        RATE_LIMITS: "maybe",
      });
    expect(read).toThrow(ConfigError);
    const { problems } = (() => {
      try {
        return { problems: [String(read())] };
      } catch (error) {
        return error as ConfigError;
      }
    })();
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "PORT",
      "REDIS_URL",
      "INTERNAL_TOKEN",
      "RATE_LIMITS",
    ]);
    expect(problems.join()).not.toContain("hunter2");
    expect(problems.join()).not.toContain("secret@host");
  });

  test("a list is split at commas", () => {
    expect(readConfig(schema, { ...good, ADMIN_PHONES: "+1555, +1666," }).ADMIN_PHONES).toEqual([
      "+1555",
      "+1666",
    ]);
  });

  test("it cannot be changed afterwards", () => {
    expect(Object.isFrozen(readConfig(schema, good))).toBe(true);
  });
});
