import { describe, expect, test } from "bun:test";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import type { Notice } from "../domain/notice.ts";
import { createApi } from "./connection.ts";
import { createMessenger } from "./messenger.ts";

const TOKEN = "7000000001:AAonly-for-tests-0000000000000000000";

/** A messenger whose Bot API answers what the test says, call by call. */
const messengerWith = (...answers: { status: number; body: object }[]) => {
  const calls: Record<string, unknown>[] = [];
  const fetch = async (_: string, init?: RequestInit) => {
    calls.push(JSON.parse(String(init?.body)));
    const { status, body } = answers[calls.length - 1] ?? { status: 500, body: {} };
    return Response.json(body, { status });
  };
  const log = silentLogger();
  const api = createApi({ token: TOKEN, apiRoot: "http://telegram.test", fetch }, 15);
  return { messenger: createMessenger({ api, shopName: "Tea", clock: fakeClock(), log }), calls, log };
};

const refusal = (status: number, description: string, parameters: object = {}) => ({
  status,
  body: { ok: false, error_code: status, description, parameters },
});
const sent = { status: 200, body: { ok: true, result: { message_id: 7 } } };
const ada = { chatId: 5, language: "en" };
const notice: Notice = { template: "stock-low", sku: "A&B", available: 1, threshold: 5 };

describe("the messenger", () => {
  test("sends HTML without a link preview", async () => {
    const { messenger, calls } = messengerWith(sent);
    expect(await messenger.sendNotice(ada, notice)).toEqual({ kind: "sent", messageId: 7 });
    expect(calls[0]).toMatchObject({ parse_mode: "HTML", link_preview_options: { is_disabled: true } });
    expect(calls[0]?.text).toContain("<b>A&amp;B</b>");
  });

  test("notify-18: sends markup that Telegram cannot parse once more as plain text, and raises an alarm", async () => {
    const { messenger, calls, log } = messengerWith(
      refusal(400, "Bad Request: can't parse entities: x"),
      sent,
    );
    expect(await messenger.sendNotice(ada, notice)).toEqual({ kind: "sent", messageId: 7 });
    expect(calls[1]?.parse_mode).toBeUndefined();
    expect(calls[1]?.text).toContain("A&B is running low");
    expect(log.lines.map(({ level }) => level)).toEqual(["error"]);
  });

  test.each([
    [refusal(429, "Too Many Requests: retry after 9", { retry_after: 9 }), { kind: "wait", seconds: 9 }],
    [refusal(403, "Forbidden: bot was blocked by the user"), { kind: "unreachable" }],
    [refusal(500, "Internal Server Error"), { kind: "unknown" }],
  ])("repeats nothing: one call for %j", async (answer, result) => {
    const { messenger, calls } = messengerWith(answer, sent);
    expect(await messenger.sendNotice(ada, notice)).toMatchObject(result);
    expect(calls).toHaveLength(1);
  });

  test("counts an edit that changes nothing as done", async () => {
    const { messenger } = messengerWith(refusal(400, "Bad Request: message is not modified: x"));
    expect(await messenger.editNotice(ada, 3, notice)).toEqual({ kind: "not-modified" });
  });
});
