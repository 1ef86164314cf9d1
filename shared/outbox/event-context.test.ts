import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../contracts/envelope.ts";
import { currentRequest } from "../runtime/request-context.ts";
import { parseTraceparent } from "../runtime/trace-context.ts";
import { contextOfEvent, contextOfEvents } from "./event-context.ts";
import { eventOf, openInbox } from "./inbox-fixture.ts";
import { openTogether } from "./inbox-together-fixture.ts";
import { tellOfParked } from "./tell-of-parked.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const caused = (n: number) => ({
  requestid: `request-${n}`,
  traceparent: `00-${TRACE.slice(0, -1)}${n}-00f067aa0ba902b7-01`,
});
const traceOf = ({ traceparent = "" }: { traceparent?: string | undefined } = {}) =>
  parseTraceparent(traceparent)?.traceId;

test("an event is handled in its request and its trace; what looks like neither is not taken over", () => {
  expect(contextOfEvent(caused(1)).requestId).toBe("request-1");
  expect(traceOf(contextOfEvent(caused(1)))).toBe(traceOf(caused(1)));
  const hostile = contextOfEvent({ requestid: "a\nb", traceparent: `00-${TRACE}-0-01` });
  expect(hostile.requestId).toBeUndefined();
  expect([undefined, TRACE]).not.toContain(traceOf(hostile));
});

test("several events are handled in what they share, or in a trace of their own", () => {
  expect(contextOfEvents([caused(1), caused(1)]).requestId).toBe("request-1");
  const mixed = contextOfEvents([caused(1), caused(2)]);
  expect(mixed.requestId).toBeUndefined();
  expect([undefined, traceOf(caused(1)), traceOf(caused(2))]).not.toContain(traceOf(mixed));
});

test("each event of a transaction has its own context in its handler, at every attempt and after the commit", async () => {
  const seen: string[] = [];
  const see = (when: string, subject: string) =>
    seen.push(`${when} ${subject}: ${currentRequest()?.requestId} ${traceOf(currentRequest())}`);
  let failures = 1;
  const { database, deliver } = await openInbox({
    handlers: {
      "stock.low": async ({ subject }) => {
        see("in", subject);
        if (subject === "B" && failures-- > 0) throw new Error("not yet");
        return () => void see("after", subject);
      },
    },
  });
  await deliver({ ...eventOf("A", 1), ...caused(1) }, { ...eventOf("B", 1), ...caused(2) }, eventOf("C", 1));
  const of = (subject: string) => new Set(seen.filter((one) => one.includes(` ${subject}:`)));
  expect(of("A")).toEqual(
    new Set(["in", "after"].map((when) => `${when} A: request-1 ${traceOf(caused(1))}`)),
  );
  expect(of("B")).toEqual(
    new Set(["in", "after"].map((when) => `${when} B: request-2 ${traceOf(caused(2))}`)),
  );
  for (const one of of("C")) expect(one).toMatch(/C: undefined [0-9a-f]{32}$/);
  await database.close();
});

test("what is told of a parked event belongs to its request", async () => {
  const { database, deliver } = await openInbox({
    retryDelaysMs: [],
    onParked: tellOfParked("orders.message-parked"),
    handlers: { "stock.low": () => Promise.reject<void>(new Error("never")) },
  });
  await deliver({ ...eventOf("A", 1), ...caused(1) }, { ...eventOf("B", 1), ...caused(2) });
  const { rows } = await database.db.execute<{ event: EventEnvelope }>(sql`select event from outbox`);
  expect(new Map(rows.map(({ event }) => [event.requestid, traceOf(event)]))).toEqual(
    new Map([1, 2].map((n) => [caused(n).requestid, traceOf(caused(n))])),
  );
  await database.close();
});

test("a batch of several requests is nobody's request", async () => {
  const seen: (string | undefined)[] = [];
  const { database, deliver } = await openTogether({
    during: async () => seen.push(currentRequest()?.requestId),
  });
  await deliver({ ...eventOf("A", 1), ...caused(1) }, { ...eventOf("B", 1), ...caused(2) });
  await deliver({ ...eventOf("A", 2), ...caused(3) });
  expect(seen).toEqual([undefined, "request-3"]);
  await database.close();
});
