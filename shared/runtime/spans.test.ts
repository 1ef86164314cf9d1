import { describe, expect, test } from "bun:test";
import { unavailable } from "../kernel/errors.ts";
import { noTracing } from "../ports/tracing.ts";
import { recordedSpans } from "../testing/recorded-spans.ts";
import { currentRequest, runWithRequest } from "./request-context.ts";
import { recordLeaf, recordPart, recordWithin } from "./spans.ts";
import { newTraceparent, parseTraceparent } from "./trace-context.ts";

const facts = { name: "SELECT outbox", kind: "client" } as const;
const describeIt = () => facts;
const inRequest = <T>(sampled: boolean, work: (traceparent: string) => T): T => {
  const traceparent = newTraceparent(sampled);
  return runWithRequest({ requestId: "request-1", traceparent }, () => work(traceparent));
};
const spanIdOf = (traceparent: string | null | undefined) => parseTraceparent(traceparent ?? "")?.spanId;

describe("a leaf", () => {
  test("is recorded below the request that it is done for, with how it ended", async () => {
    const tracing = recordedSpans();
    await inRequest(true, async (parent) => {
      expect(await recordLeaf(tracing, describeIt, async () => 7)).toBe(7);
      const failing = async () => Promise.reject(unavailable("with a value of somebody's"));
      expect(recordLeaf(tracing, describeIt, failing)).rejects.toThrow("value");
      await Promise.resolve();
      await Promise.resolve();
      expect(tracing.spans.map((span) => [span.name, span.parent, span.failure])).toEqual([
        ["SELECT outbox", parent, null],
        ["SELECT outbox", parent, "UNAVAILABLE"],
      ]);
    });
    const ids = new Set(tracing.spans.map(({ traceparent }) => spanIdOf(traceparent)));
    expect(ids.size).toBe(2);
    expect(JSON.stringify(tracing.spans)).not.toContain("somebody");
  });

  test.each([
    ["nobody's request", (work: () => Promise<number>) => work()],
    ["a request that is not recorded", (work: () => Promise<number>) => inRequest(false, work)],
  ])("of %s is not described and costs no span", async (_, inContext) => {
    const tracing = recordedSpans();
    const neverAsked = () => {
      throw new Error("nobody records it");
    };
    expect(await inContext(() => recordLeaf(tracing, neverAsked, async () => 7))).toBe(7);
    expect(await inRequest(true, () => recordLeaf(noTracing, neverAsked, async () => 8))).toBe(8);
    expect(tracing.spans).toEqual([]);
  });
});

describe("a part", () => {
  test("is the parent of what it causes, and keeps the request's id", async () => {
    const tracing = recordedSpans();
    const seen = await inRequest(true, () =>
      recordPart(
        tracing,
        () => ({ name: "PUT inventory", kind: "client" }),
        async (own) => {
          await recordLeaf(tracing, describeIt, async () => undefined);
          return { own, context: currentRequest() };
        },
        () => ({ failure: "503", attributes: { status: 503 } }),
      ),
    );
    const [leaf, part] = tracing.spans;
    expect(seen.context).toEqual({ requestId: "request-1", traceparent: seen.own ?? "" });
    expect([leaf?.parent, part?.traceparent]).toEqual([seen.own, seen.own]);
    expect([part?.failure, part?.attributes]).toEqual(["503", { status: 503 }]);
  });

  test("of nobody's request is told that it has no place", async () => {
    expect(await recordPart(recordedSpans(), describeIt, async (own) => own)).toBeNull();
  });
});

test("work at a place of its own runs there also where nobody records it", async () => {
  const tracing = recordedSpans();
  for (const sampled of [true, false]) {
    const context = { requestId: "request-2", traceparent: newTraceparent(sampled) };
    const place = { context, parent: null };
    expect(await recordWithin(tracing, facts, place, async () => currentRequest())).toEqual(context);
  }
  expect(tracing.spans).toHaveLength(1);
  expect(tracing.spans[0]?.parent).toBeNull();
});
