import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { DEADLINE_HEADER, INTERNAL_TOKEN_HEADER } from "../contracts/internal-api.ts";
import { systemClock } from "../kernel/clock.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import { runWithRequest } from "./request-context.ts";
import { RETRIES_MIN } from "./retry-budget.ts";
import { createServiceClient } from "./service-client.ts";

const answers = { 200: z.object({ ok: z.boolean() }) };
const read = { method: "GET", path: "/internal/x", answers } as const;

const clientOf = (fetch: ServiceFetch) =>
  createServiceClient({ service: "inventory", fetch, internalToken: "t".repeat(32), clock: systemClock });

describe("a service client", () => {
  test("sends the internal token, a deadline and the request id", async () => {
    const seen: Request[] = [];
    const client = clientOf(async (request) => {
      seen.push(request);
      return Response.json({ ok: true });
    });
    await runWithRequest({ requestId: "req-12345678" }, () => client.call(read));
    expect(seen[0]?.headers.get(INTERNAL_TOKEN_HEADER)).toBe("t".repeat(32));
    expect(Number(seen[0]?.headers.get(DEADLINE_HEADER))).toBeGreaterThan(0);
    expect(seen[0]?.headers.get("x-request-id")).toBe("req-12345678");
  });

  test("in a person's name shows their token and not its own, and passes on what they are refused", async () => {
    const seen: Request[] = [];
    const problem = {
      code: "CONFLICT",
      detail: "It has left the house.",
      status: 409,
      requestId: "r",
      by: "Bob",
    };
    const client = clientOf(async (request) => {
      seen.push(request);
      return Response.json(problem, { status: 409, headers: { "retry-after": "7" } });
    });
    const call = { ...read, method: "PATCH", bearer: "token", headers: { "idempotency-key": "k" } } as const;
    const failure = await client.call(call).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "CONFLICT", message: "It has left the house." });
    expect(failure).toHaveProperty("details", { extensions: { by: "Bob" }, retryAfterSeconds: 7 });
    expect([...(seen[0]?.headers ?? [])]).toEqual(
      expect.arrayContaining([
        ["authorization", "Bearer token"],
        ["idempotency-key", "k"],
      ]),
    );
    expect(seen[0]?.headers.has(INTERNAL_TOKEN_HEADER)).toBe(false);
    expect(await client.call(read).catch((error: unknown) => error)).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("repeats an idempotent call whose connection failed", async () => {
    let calls = 0;
    const client = clientOf(async () => {
      calls += 1;
      if (calls < 3) throw new Error("connection refused");
      return Response.json({ ok: true });
    });
    expect((await client.call(read)).data).toEqual({ ok: true });
    expect(calls).toBe(3);
  });

  test("repeats a tenth of its calls at most, or a hundred: a service that is ill is not asked three times as often", async () => {
    let calls = 0;
    // A third fails: not enough for the breaker, and each failure asks for two retries.
    const client = clientOf(async () => {
      calls += 1;
      if (calls % 3 === 0) throw new Error("connection reset");
      return Response.json({ ok: true });
    });
    const asked = 600;
    await Promise.allSettled(Array.from({ length: asked }, () => client.call(read)));
    expect(client.breaker.state).toBe("closed");
    expect(calls).toBe(asked + RETRIES_MIN);
  });

  test("never repeats a call that is not idempotent", async () => {
    let calls = 0;
    const client = clientOf(async () => {
      calls += 1;
      throw new Error("connection reset");
    });
    const failure = await client.call({ ...read, method: "POST" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "UNAVAILABLE" });
    expect(calls).toBe(1);
  });

  test("gives up at its deadline, also when the callee ignores the signal", async () => {
    const client = clientOf(() => new Promise(() => undefined));
    const failure = await client.call({ ...read, deadlineMs: 30 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("refuses an answer outside of its contract", async () => {
    const client = clientOf(async () => Response.json({ ok: "perhaps" }));
    const failure = await client.call({ ...read, method: "POST" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "UNAVAILABLE",
      message: "The inventory service answered outside its contract.",
    });
  });

  test("a 404 that is no answer is NOT_FOUND", async () => {
    const client = clientOf(async () => Response.json({}, { status: 404 }));
    expect(await client.call(read).catch((error: unknown) => error)).toMatchObject({ code: "NOT_FOUND" });
  });

  test("stops calling a service that keeps failing", async () => {
    let calls = 0;
    const client = clientOf(async () => {
      calls += 1;
      return new Response(null, { status: 500 });
    });
    for (let call = 0; call < 40; call += 1)
      await client.call({ ...read, method: "POST" }).catch(() => undefined);
    expect(client.breaker.state).toBe("open");
    expect(calls).toBe(20);
  });
});
