import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { EventEnvelope } from "../shared/contracts/envelope.ts";
import { readEvent } from "../shared/contracts/events.ts";
import { newId } from "../shared/kernel/ids.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "./testing/inventory-under-test.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
  await shop.inventory.start();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("the inventory service", () => {
  test("publishes its alerts on the event bus, as their contract has them", async () => {
    const events: EventEnvelope[] = [];
    const subscription = await shop.bus.subscribe({
      exchange: "inventory.events",
      queue: "notify.inventory-events",
      prefetch: 10,
      handle: async (event) => void events.push(event),
      handleMalformed: async () => undefined,
    });
    await shop.stock("PUBLISHED", 6, 5);
    await shop.reserve(newId(), [{ sku: "PUBLISHED", quantity: 6 }]);
    const event = await waitFor(() => events.find(({ subject }) => subject === "PUBLISHED"), {
      what: "the alert",
    });
    expect(readEvent(event)).toMatchObject({
      type: "stock.low",
      source: "/inventory",
      sequence: 2,
      data: { sku: "PUBLISHED", available: 0, threshold: 5, version: 2 },
    });
    await subscription.close();
  });

  test("seeds only SKUs that have never had a level, also when several instances do it at once", async () => {
    await shop.stock("SEED-OLD", 1);
    await shop.stock("SEED-GONE", 1);
    await shop.call("DELETE", "/v1/stock/SEED-GONE", { as: "admin" });
    const levels = ["SEED-OLD", "SEED-GONE", "SEED-NEW"].map((sku) => ({ sku, quantity: 9 }));
    const counts = await Promise.all([shop.inventory.seed(levels), shop.sibling().seed(levels)]);
    expect(counts.toSorted()).toEqual([0, 1]);
    expect((await shop.call("GET", "/v1/stock/SEED-OLD")).body).toMatchObject({ onHand: 1 });
    expect((await shop.call("GET", "/v1/stock/SEED-GONE")).status).toBe(404);
    expect((await shop.call("GET", "/v1/stock/SEED-NEW")).body).toMatchObject({
      onHand: 9,
      lowStockThreshold: 5,
      version: 1,
    });
  });

  test("says that it is ready, and what of", async () => {
    const { status, body } = await shop.call("GET", "/ready");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: "ready",
      dependencies: [{ name: "database", state: "up" }, { name: "pub-sub" }, { name: "event-bus" }],
    });
  });
});
