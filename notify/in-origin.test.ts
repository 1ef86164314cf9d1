import { expect, test } from "bun:test";
import { currentRequest } from "../shared/runtime/request-context.ts";
import { newTraceparent, parseTraceparent } from "../shared/runtime/trace-context.ts";
import { recordedSpans } from "../shared/testing/recorded-spans.ts";
import { originOf } from "./domain/delivery-origin.ts";
import { inOrigin } from "./in-origin.ts";
import type { ClaimedMessage, Recorded } from "./usecases/delivery-ports.ts";

const message = (origin: ClaimedMessage["origin"]): ClaimedMessage => ({
  ...{ claimId: "c", userId: "u", lane: "news", deliveries: [], recipient: null },
  origin,
});
const recorded: Recorded = { deliveries: [], hasNext: false };

test("a message is sent in the trace and the request that caused it, whoever sends it", async () => {
  const tracing = recordedSpans();
  const traceparent = newTraceparent(true);
  const seen: ReturnType<typeof currentRequest>[] = [];
  const send = inOrigin(async () => {
    seen.push(currentRequest());
    return recorded;
  }, tracing);
  expect(await send(message(originOf({ requestid: "request-1", traceparent })))).toBe(recorded);
  await send(message(originOf({})));
  await send(message(undefined));
  const [first, ...others] = seen;
  expect(first?.requestId).toBe("request-1");
  expect(tracing.spans.map((span) => [span.parent, span.traceparent])).toEqual([
    [traceparent, first?.traceparent ?? ""],
  ]);
  expect(others.map((context) => context?.requestId)).toEqual([undefined, undefined]);
  const traces = seen.map((context) => parseTraceparent(context?.traceparent ?? "")?.traceId);
  expect(new Set(traces).size).toBe(3);
});

test("an event that says nothing of its origin has none", () => {
  expect(originOf({})).toBeNull();
  expect(originOf({ requestid: "r" })).toEqual({ requestId: "r" });
  expect(originOf({ traceparent: "t" })).toEqual({ traceparent: "t" });
});
