import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import {
  type Caller,
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const [orderId, userId] = [newId(), newId()];
const callers: readonly Caller[] = ["public", "customer", "staff", "admin", "service"];

/** Every route, and who may use it. */
const routes: readonly (readonly [
  method: string,
  path: string,
  allowed: readonly Caller[],
  body?: unknown,
])[] = [
  ["GET", "/v1/stock", ["staff", "admin"]],
  ["GET", "/v1/stock/A", ["staff", "admin"]],
  ["PUT", "/v1/stock/A", ["staff", "admin"], { onHand: 1 }],
  ["POST", "/v1/stock/A/adjustments", ["staff", "admin"], { delta: 1, reason: "count" }],
  ["DELETE", "/v1/stock/A", ["admin"]],
  ["GET", "/v1/stock/A/movements", ["staff", "admin"]],
  ["GET", "/v1/stock/A/explanation", ["staff", "admin"]],
  ["POST", "/v1/stock/receipts", ["staff", "admin"]],
  ["GET", "/v1/ops/outbox", ["staff", "admin"]],
  ["GET", "/v1/reservations", ["staff", "admin"]],
  ["GET", `/v1/reservations/${orderId}`, ["staff", "admin"]],
  [
    "PUT",
    `/internal/reservations/${orderId}`,
    ["service"],
    { lines: [{ sku: "A", quantity: 1 }], ttlSeconds: 60 },
  ],
  ["POST", `/internal/reservations/${orderId}/release`, ["service"]],
  ["POST", `/internal/reservations/${orderId}/fulfil`, ["service"]],
  ["POST", `/internal/reservations/${orderId}/return`, ["service"]],
  ["GET", "/internal/stock/changes", ["service"]],
  ["GET", `/internal/people/${userId}/export`, ["service"]],
  [
    "PUT",
    `/internal/people/${userId}/erasure`,
    ["service"],
    { erasureId: newId(), userVersion: 1, telegramUserId: null },
  ],
];

/** The path as the API document writes it. */
const templateOf = (path: string): string =>
  path.replace(orderId, "{orderId}").replace(userId, "{userId}").replace("/stock/A", "/stock/{sku}");

const refusal = (caller: Caller, path: string): number =>
  path.startsWith("/internal/") || caller === "public" || caller === "service" ? 401 : 403;

describe("who may do what", () => {
  for (const [method, path, allowed, body] of routes) {
    for (const caller of callers) {
      const may = allowed.includes(caller);
      test(`${caller} ${may ? "may" : "may not"} ${method} ${templateOf(path)}`, async () => {
        const { status } = await shop.call(method, path, { as: caller, body });
        if (may) expect([401, 403, 422, 500]).not.toContain(status);
        else expect(status).toBe(refusal(caller, path));
      });
    }
  }

  test("a wrong token is refused, also where none is needed", async () => {
    const headers = { authorization: "Bearer forged" };
    for (const path of ["/v1/stock", "/v1/stock/stream"])
      expect((await shop.call("GET", path, { as: "public", headers })).status).toBe(401);
  });

  test("an unknown caller is told so before the input is looked at", async () => {
    const answer = await shop.call("PUT", "/v1/stock/A", { as: "public", body: { wrong: true } });
    expect(answer.status).toBe(401);
  });

  test("every documented route is in this table", async () => {
    const { body } = await shop.call<{ paths: Record<string, object> }>("GET", "/openapi.json");
    const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const listed = routes.map(([method, path]) => `${method} ${templateOf(path)}`);
    expect(documented.sort()).toEqual([...listed, "GET /v1/stock/stream"].sort());
  });
});
