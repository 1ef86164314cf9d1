import { describe, expect, test } from "bun:test";
import { losesRights, newUser, withoutPhone, withPhone, withProfile, withStanding } from "./user.ts";

const now = new Date("2026-01-01T12:00:00Z");
const later = new Date("2026-01-02T12:00:00Z");
const account = { id: 42, firstName: "Ada", lastName: "Lovelace", languageCode: "de" };
const ada = newUser({ id: "0198c0de-0000-7000-8000-000000000001", account, phone: "+4915112345678", now });

describe("a new user", () => {
  test("is named and addressed as in Telegram, and is a customer", () => {
    expect(ada).toMatchObject({ name: "Ada Lovelace", language: "de", role: "customer", version: 1 });
  });

  test("gets defaults where Telegram says nothing of use", () => {
    const user = newUser({
      id: ada.id,
      account: { id: 1, firstName: " ", lastName: null, languageCode: "<b>" },
      phone: "+4915112345678",
      now,
    });
    expect(user).toMatchObject({ name: "Customer", language: "en", timezone: "UTC" });
  });

  test("has a name of one line that a database takes, whatever Telegram says", () => {
    const named = (firstName: string) =>
      newUser({
        id: ada.id,
        account: { ...account, firstName, lastName: null },
        phone: "+4915112345678",
        now,
      });
    expect(named("A\0d\na\ud800").name).toBe("A d a");
    expect(named(`${"x".repeat(199)}😀`).name).toBe("x".repeat(199));
    expect(named("\ud800").name).toBe("Customer");
  });
});

describe("a change", () => {
  test("raises the version by one", () => {
    expect(withProfile(ada, { name: "A. L." }, later)).toEqual({
      ...ada,
      name: "A. L.",
      version: 2,
      updatedAt: later,
    });
  });

  test("of nothing is no change", () => {
    expect(withProfile(ada, { name: ada.name }, later)).toBe(ada);
    expect(withStanding(ada, {}, later)).toBe(ada);
    expect(withPhone(ada, "+4915112345678", later)).toBe(ada);
  });

  test("of the phone remembers that it was released, until there is a new one", () => {
    const released = withoutPhone(ada, later);
    expect(released).toMatchObject({ phone: null, phoneReleasedAt: later, version: 2 });
    expect(withPhone(released, "+4915187654321", later)).toMatchObject({ phoneReleasedAt: null, version: 3 });
  });
});

test("rights are lost by a lower role and by being blocked, not by a higher one or by nothing", () => {
  const staff = withStanding(ada, { role: "staff" }, now);
  const blocked = withStanding(ada, { status: "blocked" }, now);
  expect(losesRights(staff, ada)).toBe(true);
  expect(losesRights(ada, blocked)).toBe(true);
  expect(losesRights(ada, staff)).toBe(false);
  expect(losesRights(blocked, ada)).toBe(false);
});
