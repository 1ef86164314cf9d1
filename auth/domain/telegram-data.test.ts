import { describe, expect, test } from "bun:test";
import { checkString, fieldsOf, freshnessOf, parseInitData } from "./telegram-data.ts";

const HASH = "0".repeat(64);

describe("auth-16: init data are read in one way only", () => {
  test("as a query string, whose values come decoded", () => {
    expect([...(parseInitData("user=%7B%22id%22%3A1%7D&start_param=a+b%2Bc&empty=") ?? [])]).toEqual([
      ["user", '{"id":1}'],
      ["start_param", "a b+c"],
      ["empty", ""],
    ]);
  });

  test.each([
    ["nothing", ""],
    ["no pairs", "user"],
    ["an empty pair", "auth_date=1&&user=x"],
    ["a pair at the end that is none", "auth_date=1&"],
    ["no name", "=1"],
    ["the same name twice", `auth_date=1&auth_date=2&hash=${HASH}`],
    ["the same name twice, once encoded", `auth_date=1&auth%5Fdate=1&hash=${HASH}`],
    ["a name that could be a line", "auth_date%3D1=2"],
    ["a value of two lines", "auth_date=1%0Auser={}"],
    ["a value with a carriage return", "auth_date=1%0D"],
    ["an escape that is none", "user=%E0%A4%A"],
    ["half a character", "user=\ud800"],
    ["a name that objects are built by", "__proto__=1"],
  ])("%s is refused", (_, text) => {
    expect(parseInitData(text)).toBeNull();
  });

  test("more than 4,096 bytes are refused, however few characters they are", () => {
    const of = (character: string, times: number) => `start_param=${character.repeat(times)}`;
    expect(parseInitData(of("a", 4_096 - "start_param=".length))?.size).toBe(1);
    expect(parseInitData(of("a", 4_097 - "start_param=".length))).toBeNull();
    expect(parseInitData(of("€", 1_500))).toBeNull();
    expect(parseInitData(of("a", 1_000_000))).toBeNull();
  });
});

test("auth-16: fields are signed by rising name, a line each", () => {
  const fields = fieldsOf([
    ["user", "{}"],
    ["chat_type", "sender"],
    ["hash", "x"],
    ["chat", "{}"],
    ["auth_date", "1"],
  ]);
  expect(checkString(fields ?? new Map(), ["hash"])).toBe("auth_date=1\nchat={}\nchat_type=sender\nuser={}");
});

test("auth-16: an hour old is fresh, a second more is stale; a minute ahead is fresh, a second more is not", () => {
  const now = new Date("2026-01-01T12:00:00Z");
  const of = (ageSeconds: number) => freshnessOf(new Date(now.getTime() - ageSeconds * 1_000), now, 3_600);
  expect([of(0), of(3_600), of(3_601), of(-60), of(-61)]).toEqual([
    "fresh",
    "fresh",
    "stale",
    "fresh",
    "future",
  ]);
});
