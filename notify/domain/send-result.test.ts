import { describe, expect, test } from "bun:test";
import { type CallFailure, classifyFailure, type FailedSend } from "./send-result.ts";

const answer = (
  status: number,
  description: string,
  retryAfterSeconds: number | null = null,
): CallFailure => ({
  kind: "answer",
  status,
  description,
  retryAfterSeconds,
});
const noAnswer = (code: string | null): CallFailure => ({ kind: "no-answer", code });

/** Wordings of the official server (Client.cpp, TDLib); the last column is what follows. */
const table: readonly [string, CallFailure, FailedSend["kind"]][] = [
  ["blocked", answer(403, "Forbidden: bot was blocked by the user"), "unreachable"],
  ["deactivated", answer(403, "Forbidden: user is deactivated"), "unreachable"],
  ["never started", answer(403, "Forbidden: bot can't initiate conversation with a user"), "unreachable"],
  ["unknown chat", answer(400, "Bad Request: chat not found"), "unreachable"],
  ["unknown peer", answer(400, "Bad Request: PEER_ID_INVALID"), "unreachable"],
  [
    "a group that became a supergroup",
    {
      ...answer(400, "Bad Request: group chat was upgraded to a supergroup chat"),
      migratedTo: -1001,
    } as CallFailure,
    "migrated",
  ],
  [
    "an edit that changes nothing",
    answer(400, "Bad Request: message is not modified: specified new message content is exactly the same"),
    "not-modified",
  ],
  ["a deleted message", answer(400, "Bad Request: message to edit not found"), "lost-message"],
  ["a message too old to edit", answer(400, "Bad Request: message can't be edited"), "lost-message"],
  ["broken markup", answer(400, "Bad Request: can't parse entities: unexpected end tag"), "unparsable"],
  ["a text too long", answer(400, "Bad Request: message is too long"), "refused"],
  ["an unknown method", answer(404, "Not Found: method not found"), "refused"],
  ["a revoked token", answer(401, "Unauthorized"), "wait"],
  ["a flood", answer(429, "Too Many Requests: retry after 7", 7), "wait"],
  ["a server error", answer(500, "Internal Server Error"), "unknown"],
  ["a bad gateway", answer(502, "Bad Gateway"), "unknown"],
  ["a refused connection", noAnswer("ECONNREFUSED"), "retry"],
  ["a refused connection in Bun's words", noAnswer("ConnectionRefused"), "retry"],
  ["an unknown host", noAnswer("ENOTFOUND"), "retry"],
  ["a connection cut off", noAnswer("ECONNRESET"), "unknown"],
  ["a timeout", noAnswer("Error"), "unknown"],
  ["an abort", noAnswer("AbortError"), "unknown"],
  ["a page instead of JSON", noAnswer("SyntaxError"), "unknown"],
  ["anything else", noAnswer(null), "unknown"],
];

describe("notify-11: what a failed call means", () => {
  test.each(table)("%s", (_, failure, kind) => {
    expect(classifyFailure(failure).kind).toBe(kind);
  });

  test("a flood is waited for as long as Telegram says, else 5 s", () => {
    expect(classifyFailure(answer(429, "Too Many Requests", 7))).toMatchObject({ seconds: 7 });
    expect(classifyFailure(answer(429, "Too Many Requests"))).toMatchObject({ seconds: 5 });
  });
});
