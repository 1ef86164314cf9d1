import { describe, expect, test } from "bun:test";
import {
  continueTrace,
  enterTrace,
  formatTraceparent,
  isSampled,
  newTraceparent,
  parseTraceparent,
} from "./trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const VALID = `00-${TRACE}-${SPAN}-01`;

describe("a traceparent", () => {
  test("is read field by field, and written as it was", () => {
    expect(parseTraceparent(VALID)).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.sampled).toBe(false);
    expect(formatTraceparent({ traceId: TRACE, spanId: SPAN, sampled: true })).toBe(VALID);
  });

  test("of a later version is read as far as this one goes, flags that are not known here are dropped", () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-03-what-comes`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      sampled: true,
    });
    expect(continueTrace(`cc-${TRACE}-${SPAN}-fe`)).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  });

  test.each([
    ["nothing", ""],
    ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["version ff", `ff-${TRACE}-${SPAN}-01`],
    ["version 00 with more behind it", `${VALID}-more`],
    ["capitals", VALID.toUpperCase()],
    ["too short", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["a line break", `${VALID}\n`],
    ["a header of another", `${VALID}\r\nx-admin: 1`],
    ["a long one", `cc-${TRACE}-${SPAN}-01-${"a".repeat(10_000)}`],
    ["no hex", VALID.replace("4bf9", "zzzz")],
  ])("that is no traceparent (%s) is replaced by a trace of its own", (_, text) => {
    expect(parseTraceparent(text)).toBeNull();
    const replaced = continueTrace(text);
    expect(parseTraceparent(replaced)).not.toBeNull();
    expect(replaced).not.toContain(TRACE);
  });

  test("goes on with a span of its own in the same trace", () => {
    const [one, other] = [continueTrace(VALID), continueTrace(VALID)].map(parseTraceparent);
    expect([one?.traceId, other?.traceId]).toEqual([TRACE, TRACE]);
    expect(new Set([one?.spanId, other?.spanId, SPAN]).size).toBe(3);
  });

  test("of a stranger keeps its trace, and is recorded as we decide", () => {
    for (const given of [VALID, `00-${TRACE}-${SPAN}-00`])
      for (const sampled of [true, false]) {
        const entered = enterTrace(given, sampled);
        expect(parseTraceparent(entered)).toMatchObject({ traceId: TRACE, sampled });
        expect(entered).not.toContain(SPAN);
        expect([isSampled(entered), isSampled(continueTrace(entered))]).toEqual([sampled, sampled]);
      }
    for (const none of [null, "", "00-nonsense-01"])
      expect(isSampled(enterTrace(none, true)) && !isSampled(enterTrace(none, false))).toBe(true);
  });

  test("of work that nobody has asked for is not recorded unless somebody decides so", () => {
    expect([isSampled(newTraceparent()), isSampled(newTraceparent(true))]).toEqual([false, true]);
  });

  test("is a new one each time where there is none", () => {
    const made = Array.from({ length: 100 }, newTraceparent);
    expect(new Set(made.map((text) => parseTraceparent(text)?.traceId)).size).toBe(100);
  });
});
