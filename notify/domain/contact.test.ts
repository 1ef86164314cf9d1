import { describe, expect, test } from "bun:test";
import { type ContactFacts, type ContactProblem, contactProblem } from "./contact.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const own: ContactFacts = {
  updateKind: "message",
  chatType: "private",
  chatId: 7,
  fromId: 7,
  fromIsBot: false,
  contactUserId: 7,
  forwarded: false,
  viaBot: false,
  sentAt: new Date(now.getTime() - 600_000),
};

const violations: readonly [string, Partial<ContactFacts>, ContactProblem][] = [
  ["an edited message", { updateKind: "edited_message" }, "not-a-message"],
  ["a group", { chatType: "group" }, "not-private"],
  ["a chat that is not the sender's", { chatId: 8 }, "other-chat"],
  ["no sender", { fromId: null }, "other-chat"],
  ["a bot", { fromIsBot: true }, "from-a-bot"],
  ["somebody else's contact", { contactUserId: 8 }, "not-own"],
  ["a contact without an account", { contactUserId: null }, "not-own"],
  ["a forwarded contact", { forwarded: true }, "forwarded"],
  ["a contact sent through a bot", { viaBot: true }, "via-bot"],
  ["a contact older than 600 s", { sentAt: new Date(now.getTime() - 600_001) }, "too-old"],
];

describe("auth-10: a contact proves a phone only if", () => {
  test("all nine conditions hold", () => {
    expect(contactProblem(own, { now, bindPending: true })).toBeNull();
  });

  test.each(violations)("it is not from %s", (_, change, problem) => {
    expect(contactProblem({ ...own, ...change }, { now, bindPending: true })).toBe(problem);
  });

  test("it was asked for", () => {
    expect(contactProblem(own, { now, bindPending: false })).toBe("nothing-pending");
  });
});
