import { expect, test } from "bun:test";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import type { Admission } from "./admission.ts";
import type { CallClass } from "./call-class.ts";
import { createRefusal } from "./refusal.ts";

/** A door at which some classes are full. */
const doorWith = (...full: CallClass[]) => {
  const refused: CallClass[] = [];
  const admission: Admission = {
    isFull: (callClass) => full.includes(callClass),
    isAnyFull: full.length > 0,
    countRefused: (callClass) => void refused.push(callClass),
    admit: (_, work) => work(),
  };
  const refuse = createRefusal({
    admission,
    metrics: createMetrics(),
    allowedOrigins: ["https://shop.example"],
  });
  const ask = (path: string, init: RequestInit = {}) =>
    refuse(new Request(`http://kiosk.example${path}`, init));
  return { ask, refused };
};

test("refuses the classes that are full, whatever stands in the query, and lets the others pass", () => {
  const { ask, refused } = doorWith("catalogue", "checkout");
  for (const path of ["/v1/products", "/v1/products?limit=1", "/v1/categories#x"])
    expect(ask(path)?.status).toBe(503);
  expect(ask("/v1/orders", { method: "POST" })?.status).toBe(503);
  for (const path of ["/v1/orders", "/health", "/ready", "/metrics", "/", "/nowhere"])
    expect(ask(path)).toBeNull();
  expect(ask("/v1/products", { method: "OPTIONS" })).toBeNull();
  expect(refused).toEqual(["catalogue", "catalogue", "catalogue", "checkout"]);
});

test("looks at nothing while no class is full", () => {
  expect(doorWith().ask("/v1/products")).toBeNull();
});

test("says what any other refusal says, also to a browser of an allowed origin", async () => {
  const { ask } = doorWith("catalogue");
  const answer = ask("/v1/products", {
    headers: { origin: "https://shop.example", "x-request-id": "request-0001" },
  });
  expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
    "access-control-allow-origin": "https://shop.example",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "content-type": "application/problem+json",
    "retry-after": expect.stringMatching(/^[123]$/),
    "x-request-id": "request-0001",
  });
  expect(await answer?.json()).toMatchObject({ code: "UNAVAILABLE", status: 503, requestId: "request-0001" });
  const stranger = ask("/v1/products", { headers: { origin: "https://evil.example" } });
  expect(stranger?.headers.has("access-control-allow-origin")).toBe(false);
});
