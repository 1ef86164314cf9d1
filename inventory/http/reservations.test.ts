import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  reservationEndedSchema,
  reservationHeldSchema,
  reservationShortSchema,
} from "../../shared/contracts/internal-api.ts";
import { newId } from "../../shared/kernel/ids.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const level = async (sku: string) => (await shop.call("GET", `/v1/stock/${sku}`)).body;

describe("holding stock for an order", () => {
  test("holds all lines, and says until when", async () => {
    await shop.stock("HOLD-A", 5);
    await shop.stock("HOLD-B", 5);
    const orderId = newId();
    const lines = [
      { sku: "HOLD-B", quantity: 2 },
      { sku: "HOLD-A", quantity: 1 },
      { sku: "HOLD-B", quantity: 1 },
    ];
    const before = Date.now();
    const { status, body } = await shop.reserve(orderId, lines, 60);
    expect(status).toBe(200);
    expect(reservationHeldSchema.parse(body)).toMatchObject({
      orderId,
      status: "held",
      lines: [
        { sku: "HOLD-A", quantity: 1 },
        { sku: "HOLD-B", quantity: 3 },
      ],
    });
    const lifeMs = new Date(String(body.expiresAt)).getTime() - before;
    expect(lifeMs).toBeGreaterThan(55_000);
    expect(lifeMs).toBeLessThan(65_000);
    expect(await level("HOLD-B")).toMatchObject({ onHand: 5, reserved: 3, available: 2 });
  });

  test("takes nothing and names every short SKU when there is not enough of all", async () => {
    await shop.stock("SHORT-A", 5);
    await shop.stock("SHORT-B", 1);
    const { status, body, headers } = await shop.reserve(newId(), [
      { sku: "SHORT-A", quantity: 1 },
      { sku: "SHORT-B", quantity: 2 },
      { sku: "SHORT-UNKNOWN", quantity: 1 },
    ]);
    expect(status).toBe(409);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(reservationShortSchema.parse(body)).toEqual({
      code: "OUT_OF_STOCK",
      shortages: [
        { sku: "SHORT-B", requested: 2, available: 1 },
        { sku: "SHORT-UNKNOWN", requested: 1, available: 0 },
      ],
    });
    expect(await level("SHORT-A")).toMatchObject({ reserved: 0, version: 1 });
  });

  test("answers the same to the same lines again, and only prolongs the life", async () => {
    await shop.stock("AGAIN", 10);
    const orderId = newId();
    const lines = [{ sku: "AGAIN", quantity: 4 }];
    const first = await shop.reserve(orderId, lines, 600);
    const shorter = await shop.reserve(orderId, lines, 60);
    expect(shorter.body).toEqual(first.body);
    const forever = await shop.reserve(orderId, lines, null);
    expect(forever.body).toEqual({ ...first.body, expiresAt: null });
    expect((await shop.reserve(orderId, lines, 600)).body).toEqual(forever.body);
    expect(await level("AGAIN")).toMatchObject({ reserved: 4, version: 2 });
  });

  test("refuses other lines for an order that is held", async () => {
    await shop.stock("OTHER", 10);
    const orderId = newId();
    await shop.reserve(orderId, [{ sku: "OTHER", quantity: 4 }]);
    const { status, body } = await shop.reserve(orderId, [{ sku: "OTHER", quantity: 5 }]);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: "CONFLICT", reservationStatus: "held" });
    expect(await level("OTHER")).toMatchObject({ reserved: 4 });
  });

  test("gives the units back on release, as often as it is told, and never holds that order again", async () => {
    await shop.stock("BACK", 3);
    const orderId = newId();
    const lines = [{ sku: "BACK", quantity: 3 }];
    await shop.reserve(orderId, lines);
    const first = await shop.end(orderId, "release");
    expect(reservationEndedSchema.parse(first.body)).toEqual({ orderId, status: "released" });
    expect(first).toMatchObject({ status: 200, body: { orderId, status: "released" } });
    expect((await shop.end(orderId, "release")).body).toEqual(first.body);
    expect(await level("BACK")).toMatchObject({ onHand: 3, reserved: 0, version: 3 });
    const late = await shop.reserve(orderId, lines);
    expect(late).toMatchObject({ status: 409, body: { code: "CONFLICT", reservationStatus: "released" } });
    expect((await shop.end(orderId, "fulfil")).status).toBe(409);
    expect(await level("BACK")).toMatchObject({ reserved: 0 });
  });

  test("remembers the release of an order it never heard of, so that a late reserve takes nothing", async () => {
    await shop.stock("LATE", 3);
    const orderId = newId();
    expect((await shop.end(orderId, "release")).body).toEqual({ orderId, status: "released" });
    expect((await shop.reserve(orderId, [{ sku: "LATE", quantity: 1 }])).status).toBe(409);
    expect(await level("LATE")).toMatchObject({ reserved: 0 });
  });

  test("takes the goods out on fulfilment, once", async () => {
    await shop.stock("OUT", 5);
    const orderId = newId();
    await shop.reserve(orderId, [{ sku: "OUT", quantity: 2 }], null);
    expect((await shop.end(orderId, "fulfil")).body).toEqual({ orderId, status: "fulfilled" });
    expect((await shop.end(orderId, "fulfil")).body).toEqual({ orderId, status: "fulfilled" });
    expect(await level("OUT")).toMatchObject({ onHand: 3, reserved: 0, available: 3 });
    const released = await shop.end(orderId, "release");
    expect(released).toMatchObject({ status: 409, body: { reservationStatus: "fulfilled" } });
    expect(await level("OUT")).toMatchObject({ onHand: 3 });
  });

  test("refuses to fulfil what is not held", async () => {
    const { status, body } = await shop.end(newId(), "fulfil");
    expect([status, body.code, body.reservationStatus]).toEqual([409, "CONFLICT", null]);
  });

  test.each([
    ["no lines", { lines: [], ttlSeconds: 60 }],
    ["a quantity of nothing", { lines: [{ sku: "A", quantity: 0 }], ttlSeconds: 60 }],
    ["half a unit", { lines: [{ sku: "A", quantity: 0.5 }], ttlSeconds: 60 }],
    ["a quantity in words", { lines: [{ sku: "A", quantity: "1" }], ttlSeconds: 60 }],
    ["no life", { lines: [{ sku: "A", quantity: 1 }] }],
    ["an unknown field", { lines: [{ sku: "A", quantity: 1 }], ttlSeconds: 60, price: 1 }],
    ["a SKU with a line break", { lines: [{ sku: "A\nB", quantity: 1 }], ttlSeconds: 60 }],
  ])("refuses %s", async (_, body) => {
    const answer = await shop.call("PUT", `/internal/reservations/${newId()}`, { as: "service", body });
    expect(answer).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  });

  test("shows staff what is held, newest order first, page by page", async () => {
    await shop.stock("LIST", 10);
    const orderIds = [newId(), newId(), newId()];
    for (const orderId of orderIds) await shop.reserve(orderId, [{ sku: "LIST", quantity: 1 }], null);
    await shop.end(orderIds[0] ?? "", "release");
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await shop.call<{ items: { orderId: string }[]; nextCursor: string | null }>(
        "GET",
        `/v1/reservations?status=held&limit=1&cursor=${cursor}`,
      );
      seen.push(...body.items.map((item) => item.orderId));
      cursor = body.nextCursor ?? "";
    } while (cursor !== "");
    expect(seen).toEqual([...seen].sort().reverse());
    expect(orderIds.map((orderId) => seen.includes(orderId))).toEqual([false, true, true]);
    const one = await shop.call("GET", `/v1/reservations/${orderIds[1]}`);
    expect(one.body).toMatchObject({
      status: "held",
      expiresAt: null,
      lines: [{ sku: "LIST", quantity: 1 }],
    });
    expect((await shop.call("GET", `/v1/reservations/${newId()}`)).status).toBe(404);
  });
});
