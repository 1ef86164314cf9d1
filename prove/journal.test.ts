import { expect, test } from "bun:test";
import { createApiClient } from "../tools/client/api-client.ts";
import { createJournal } from "./journal.ts";

const clock = () => {
  let ms = 0;
  return () => {
    ms += 10;
    return ms;
  };
};

/** A client whose answers are given, one after the other. */
const answering = (...answers: readonly (Response | Error)[]) => {
  const left = [...answers];
  const api = createApiClient("http://shop.test", null);
  return {
    ...api,
    async send() {
      const next = left.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error("nobody is there");
      return { status: next.status, headers: next.headers, body: await next.json() };
    },
  };
};

test("an order is written down with its key, its lines and what it was told; a repeated one as well", async () => {
  const journal = createJournal(clock());
  const placed = { id: "o-1", status: "confirmed" };
  const api = journal.recorded(
    "order",
    answering(
      Response.json(placed, { status: 201 }),
      Response.json(placed, { status: 201, headers: { "idempotency-replayed": "true" } }),
    ),
  );
  const call = {
    method: "POST",
    headers: { "idempotency-key": "k-1" },
    body: { lines: [{ sku: "A", quantity: 2 }], note: "k-1" },
  } as const;
  await api.send("/v1/orders", call);
  await api.send("/v1/orders", call);
  const record = {
    ...{ name: "order", method: "POST", path: "/v1/orders", tookMs: 10, status: 201 },
    ...{ key: "k-1", orderId: "o-1", orderStatus: "confirmed", lines: [{ sku: "A", quantity: 2 }] },
  };
  expect(journal.calls).toEqual([
    { ...record, atMs: 10 },
    { ...record, atMs: 30, replayed: true },
  ]);
});

test("a refusal is written down with its code, its words and when to come back; no answer as no status", async () => {
  const journal = createJournal(clock());
  const problem = { code: "TRY_LATER", detail: "Later.", status: 503 };
  const api = journal.recorded(
    "receipt",
    answering(Response.json(problem, { status: 503, headers: { "retry-after": "2" } }), new Error("cut off")),
  );
  const call = { method: "POST", body: { delta: 5, reason: "receipt" } } as const;
  await api.send("/v1/stock/MUG/adjustments", call);
  await expect(api.send("/v1/stock/MUG/adjustments", call)).rejects.toThrow("cut off");
  expect(journal.calls).toMatchObject([
    {
      status: 503,
      code: "TRY_LATER",
      retryAfter: "2",
      said: JSON.stringify(problem),
      lines: [{ sku: "MUG", quantity: 5 }],
    },
    { status: null, said: "cut off" },
  ]);
  expect(journal.calls[0]).not.toHaveProperty("orderStatus");
});

test("`expect` of a recorded client is recorded as well", async () => {
  const journal = createJournal(clock());
  const api = journal.recorded("product", answering(Response.json({}, { status: 404 })));
  await expect(
    api.expect(200, { parse: (body: unknown) => body } as never, "/v1/products/x"),
  ).rejects.toThrow("404");
  expect(journal.calls).toMatchObject([{ name: "product", status: 404 }]);
});
