import { expect, test } from "bun:test";
import type { Update } from "grammy/types";
import { currentRequest } from "../../shared/runtime/request-context.ts";
import { recordedSpans } from "../../shared/testing/recorded-spans.ts";
import { inUpdateTrace } from "./update-trace.ts";

const tap = { update_id: 7, callback_query: { id: "1", data: "of somebody" } } as unknown as Update;

test("what somebody does in the chat is a request of its own, from its beginning", async () => {
  const tracing = recordedSpans();
  const seen: (string | undefined)[] = [];
  const handle = inUpdateTrace(async () => void seen.push(currentRequest()?.requestId), tracing);
  await handle(tap);
  await handle(tap);
  expect(new Set(seen).size).toBe(2);
  expect(tracing.spans.map(({ name, parent, attributes }) => [name, parent, attributes])).toEqual(
    seen.map((requestId) => ["update callback_query", null, { "kiosk.request_id": requestId ?? "" }]),
  );
  expect(JSON.stringify(tracing.spans)).not.toContain("somebody");
});

test("whether it is recorded is decided once, where it begins; one that fails says so", async () => {
  const none = recordedSpans(false);
  await inUpdateTrace(async () => undefined, none)(tap);
  expect(none.spans).toEqual([]);
  const tracing = recordedSpans();
  const failing = inUpdateTrace(() => Promise.reject(new TypeError("of a value")), tracing);
  await failing({ update_id: 8 } as unknown as Update).catch(() => undefined);
  expect(tracing.spans.map(({ name, failure }) => [name, failure])).toEqual([
    ["update unknown", "TypeError"],
  ]);
  const context: unknown[] = [];
  await inUpdateTrace(async () => void context.push(currentRequest()?.requestId))(tap);
  expect(context).toHaveLength(1);
});
