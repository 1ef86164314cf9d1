import { expect, test } from "bun:test";
import {
  ALERT_EVERY_MS,
  afterTelling,
  isDue,
  noteParked,
  noticeOfAlert,
  type ParkedAlert,
} from "./parked-alert.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const later = (ms: number) => new Date(now.getTime() + ms);
const quiet: ParkedAlert = { queue: "orders.catalog-events", toldAt: null, untold: 0, types: [] };

test("the first message of a queue is told at once, the next ones together five minutes later", () => {
  expect(isDue(quiet, now)).toBe(false);
  const first = noteParked(quiet, ["product.updated"]);
  expect(isDue(first, now)).toBe(true);
  const told = afterTelling(first, now);
  expect(isDue(told, later(ALERT_EVERY_MS))).toBe(false);
  const more = noteParked(noteParked(told, ["product.updated"]), ["malformed", "product.updated"]);
  expect(isDue(more, later(ALERT_EVERY_MS - 1))).toBe(false);
  expect(isDue(more, later(ALERT_EVERY_MS))).toBe(true);
  expect(noticeOfAlert(more)).toEqual({
    template: "messages-parked",
    queue: "orders.catalog-events",
    count: 3,
    types: ["product.updated", "malformed"],
  });
});

test("an alert names a few types, however many there are", () => {
  const types = Array.from({ length: 50 }, (_, i) => `type-${i}`);
  const { untold, types: named } = noteParked(quiet, types);
  expect([untold, named]).toEqual([50, types.slice(0, 5)]);
});
