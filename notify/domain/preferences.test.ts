import { describe, expect, test } from "bun:test";
import type { Notice } from "./notice.ts";
import { categories, changed, noPreferences, type Preferences, verdictOn } from "./preferences.ts";

const broadcast: Notice = { template: "broadcast", broadcastId: "b", texts: { en: "Sale", ar: "تخفيضات" } };
const backInStock: Notice = { template: "back-in-stock", sku: "MUG", version: 2 };
const newDevice: Notice = {
  ...{ template: "new-device", sid: "s", device: "Firefox on Linux", place: null },
  ...{ at: "2026-01-01T00:00:00.000Z", timezone: "UTC" },
};
const night = new Date("2026-01-01T23:00:00.000Z");
const allOff: Preferences = categories.reduce<Preferences>(
  (before, category) => changed(before, { kind: "category", category, on: false }),
  { ...noPreferences, quietHours: { from: "22:00", to: "08:00" } },
);
const verdict = (notice: Notice, preferences: Preferences) =>
  verdictOn(notice, { preferences, timezone: "UTC" }, night);

describe("notify-22: who has chosen nothing", () => {
  test("gets no advertising, and everything else", () => {
    expect(verdict(broadcast, noPreferences)).toEqual({ kind: "off" });
    expect(verdict(backInStock, noPreferences)).toEqual({ kind: "go" });
  });
});

describe("notify-22: who has switched everything off", () => {
  test("is told of what concerns the safety of the account all the same, at any hour", () => {
    expect(verdict(newDevice, allOff)).toEqual({ kind: "go" });
    expect(verdict({ template: "phone-released", userId: "u" }, allOff)).toEqual({ kind: "go" });
    expect(verdict(backInStock, allOff)).toEqual({ kind: "off" });
  });
});

test("notify-22: a card that somebody has just asked for comes, whatever they have switched off", () => {
  const card: Notice = {
    ...{ template: "order-card", orderId: "o", number: "K-1", status: "packed", version: 2, lines: [] },
    ...{ total: { amountMinor: 1, currency: "EUR" }, reason: null },
  };
  expect(verdict(card, allOff)).toEqual({ kind: "off" });
  expect(verdict({ ...card, anew: true }, allOff)).toEqual({ kind: "go" });
});

test("notify-22: quiet hours hold back advertising alone", () => {
  const wants = changed(allOff, { kind: "category", category: "marketing", on: true });
  const both = changed(wants, { kind: "category", category: "backInStock", on: true });
  expect(verdict(broadcast, both)).toEqual({ kind: "wait", until: new Date("2026-01-02T08:00:00.000Z") });
  expect(verdict(backInStock, both)).toEqual({ kind: "go" });
});
