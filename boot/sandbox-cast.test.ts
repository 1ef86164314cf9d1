import { expect, test } from "bun:test";
import { sandboxCast } from "./sandbox-cast.ts";

const phonesOf = (environment: Parameters<typeof sandboxCast>[0]) =>
  sandboxCast(environment).map(({ phone, beginsAt }) => [phone, beginsAt]);

test("a newcomer can be a customer and the first admin; in production nobody is told the admin's phone", () => {
  const ada = ["+12025550100", "/"];
  const ADMIN_PHONES = "+1 (555) 010-0001, +15550100002";
  expect(phonesOf({ ADMIN_PHONES })).toEqual([ada, ["+15550100001", "/admin/stock"]]);
  expect(phonesOf({ ADMIN_PHONES, NODE_ENV: "production" })).toEqual([ada]);
  expect(phonesOf({})).toEqual([ada]);
  expect(phonesOf({ ADMIN_PHONES: " " })).toEqual([ada]);
});
