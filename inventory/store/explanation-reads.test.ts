import { afterAll, beforeAll, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { explainLevel } from "../domain/explain-level.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";
import { createExplanationReads } from "./explanation-reads.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

test("of a ledger that is longer than is read as links the rest is added up, and it still comes to the level", async () => {
  await shop.stock("LONG", 20);
  const orderIds = Array.from({ length: 6 }, () => newId());
  for (const orderId of orderIds) await shop.reserve(orderId, [{ sku: "LONG", quantity: 2 }], null);
  await shop.end(orderIds[5] ?? "", "fulfil");
  const reads = createExplanationReads(shop);
  const factsOf = (movements: number) => reads.facts("LONG", { links: 20, movements, holds: 3 });

  const cut = explainLevel(await factsOf(3));
  expect(cut.causes.map(({ code, movements, figures }) => [code, movements, figures])).toEqual([
    ["orders", 3, { orders: 2, held: 4, released: 0, expired: 0, sold: 2, returned: 0 }],
    ["earlier", 5, { orders: 0, held: 8, released: 0, expired: 0, sold: 0, returned: 0 }],
  ]);
  expect(cut.causes.map(({ available }) => available)).toEqual([
    { before: 12, delta: -4, after: 8 },
    { before: 0, delta: 12, after: 12 },
  ]);
  expect(cut.causes[1]?.orderIds).toEqual(orderIds.slice(0, 4).toReversed());
  expect(cut.sum).toMatchObject({ addsUp: true, movements: 8, onHand: 18, reserved: 10 });

  for (const movements of [8, 9])
    expect(explainLevel(await factsOf(movements)).causes.map(({ code }) => code)).toEqual([
      "orders",
      "opened",
    ]);
});
