import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  reservationEndedSchema,
  reservationHeldSchema,
  reservationShortSchema,
} from "../../shared/contracts/internal-api.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { verifyLedger } from "../service.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";
import { reservationClient } from "../testing/reservation-client.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const level = async (sku: string) => (await shop.call("GET", `/v1/stock/${sku}`)).body;
const record = async (orderId: string) => (await shop.call("GET", `/v1/reservations/${orderId}`)).body;
const line = (sku: string, quantity: number) => ({ sku, quantity });

/** Kind and differences of the newest movements of a SKU, newest first. */
const movements = async (sku: string) => {
  const { body } = await shop.call<{ items: { kind: string; onHandDelta: number; reservedDelta: number }[] }>(
    "GET",
    `/v1/stock/${sku}/movements`,
  );
  return body.items.map(({ kind, onHandDelta, reservedDelta }) => [kind, onHandDelta, reservedDelta]);
};

const expectLedgerAgrees = async () => {
  expect((await verifyLedger(shop.database)).differences).toEqual([]);
};

describe("lines that change under a higher revision", () => {
  test("are replaced by their difference: more, less, gone and new in one call", async () => {
    for (const sku of ["MORE", "LESS", "GONE", "NEW"]) await shop.stock(sku, 5);
    const orderId = newId();
    await shop.reserve(orderId, [line("MORE", 1), line("LESS", 4), line("GONE", 5)], null, 3);
    const changed = await shop.reserve(orderId, [line("NEW", 2), line("LESS", 1), line("MORE", 5)], null, 4);
    expect(changed.status).toBe(200);
    const wanted = [line("LESS", 1), line("MORE", 5), line("NEW", 2)];
    expect(reservationHeldSchema.parse(changed.body).lines).toEqual(wanted);
    expect(await record(orderId)).toMatchObject({ status: "held", revision: 4, lines: wanted });
    expect((await movements("MORE"))[0]).toEqual(["reservation", 0, 4]);
    expect((await movements("LESS"))[0]).toEqual(["release", 0, -3]);
    expect((await movements("GONE"))[0]).toEqual(["release", 0, -5]);
    expect((await movements("NEW"))[0]).toEqual(["reservation", 0, 2]);
    await expectLedgerAgrees();

    const again = await shop.reserve(orderId, wanted, null, 4);
    expect(again).toMatchObject({ status: 200, body: changed.body });
    expect(await level("MORE")).toMatchObject({ reserved: 5, version: 3 });
    await shop.end(orderId, "fulfil");
    for (const [sku, onHand] of [
      ["MORE", 0],
      ["LESS", 4],
      ["GONE", 5],
      ["NEW", 3],
    ] as const)
      expect(await level(sku)).toMatchObject({ onHand, reserved: 0 });
    await expectLedgerAgrees();
  });

  test("stay as they are when the difference is not there, and an earlier call comes too late all the same", async () => {
    await shop.stock("SCARCE", 5);
    await shop.stock("PLENTY", 5);
    const orderId = newId();
    const before = [line("PLENTY", 1), line("SCARCE", 2)];
    await shop.reserve(orderId, before, null, 3);
    await shop.reserve(newId(), [line("SCARCE", 2)]);

    const short = await shop.reserve(orderId, [line("PLENTY", 5), line("SCARCE", 4)], null, 6);
    expect(short.status).toBe(409);
    expect(reservationShortSchema.parse(short.body)).toEqual({
      code: "OUT_OF_STOCK",
      shortages: [{ sku: "SCARCE", requested: 4, available: 3 }],
    });
    expect(await record(orderId)).toMatchObject({ status: "held", revision: 6, lines: before });

    const late = await shop.reserve(orderId, [line("PLENTY", 5)], null, 5);
    expect(late).toMatchObject({ status: 409, body: { code: "CONFLICT", reservationStatus: "held" } });
    expect(await record(orderId)).toMatchObject({ revision: 6, lines: before });
    expect(await level("PLENTY")).toMatchObject({ reserved: 1, version: 2 });

    const next = await shop.reserve(orderId, [line("SCARCE", 3)], null, 7);
    expect(next.status).toBe(200);
    expect(await level("SCARCE")).toMatchObject({ reserved: 5, available: 0 });
    expect(await level("PLENTY")).toMatchObject({ reserved: 0 });
    await expectLedgerAgrees();
  });

  test("come back to what they were, in one transaction with others of that order", async () => {
    await shop.stock("TO-AND-FRO", 5);
    await shop.stock("BETWEEN", 5);
    const orderId = newId();
    const [first, second] = [[line("TO-AND-FRO", 2)], [line("BETWEEN", 2)]];
    await shop.reserve(orderId, first, null, 1);
    // Sent at once, they share a group commit.
    const answers = await Promise.all([
      shop.reserve(orderId, second, null, 2),
      shop.reserve(orderId, first, null, 3),
      shop.reserve(orderId, first, null, 3),
    ]);
    expect(answers.at(-1)?.status).toBe(200);
    expect(await record(orderId)).toMatchObject({ revision: 3, lines: first });
    expect(await level("BETWEEN")).toMatchObject({ reserved: 0 });
    await expectLedgerAgrees();
  });

  test("are released as they are by then, and the tombstone refuses every later revision", async () => {
    await shop.stock("ENDED", 5);
    const orderId = newId();
    await shop.reserve(orderId, [line("ENDED", 2)], null, 1);
    await shop.reserve(orderId, [line("ENDED", 4)], null, 2);
    await shop.end(orderId, "release");
    expect(await level("ENDED")).toMatchObject({ reserved: 0 });
    const late = await shop.reserve(orderId, [line("ENDED", 1)], null, 99);
    expect(late).toMatchObject({ status: 409, body: { reservationStatus: "released" } });
    await expectLedgerAgrees();
  });
});

describe("fulfilled goods that come back", () => {
  const fulfilled = async (lines: readonly { sku: string; quantity: number }[]): Promise<string> => {
    const orderId = newId();
    await shop.reserve(orderId, lines, null);
    await shop.end(orderId, "fulfil");
    return orderId;
  };

  test("are in stock again, once, and staff see it", async () => {
    await shop.stock("RETURNED-A", 5);
    await shop.stock("RETURNED-B", 5);
    const orderId = await fulfilled([line("RETURNED-A", 2), line("RETURNED-B", 1)]);
    const first = await shop.end(orderId, "return");
    expect(first.status).toBe(200);
    expect(reservationEndedSchema.parse(first.body)).toEqual({ orderId, status: "returned" });
    expect((await shop.end(orderId, "return")).body).toEqual(first.body);
    expect(await level("RETURNED-A")).toMatchObject({ onHand: 5, reserved: 0, version: 4 });
    expect((await movements("RETURNED-B"))[0]).toEqual(["return", 1, 0]);
    const { body } = await shop.call<{ items: { orderId: string }[] }>(
      "GET",
      "/v1/reservations?status=returned",
    );
    expect(body.items.map((item) => item.orderId)).toEqual([orderId]);
    await expectLedgerAgrees();
  });

  test("come back once by two instances at once", async () => {
    await shop.stock("ONCE", 50);
    const orderIds = await Promise.all(Array.from({ length: 20 }, () => fulfilled([line("ONCE", 1)])));
    const sibling = reservationClient(shop.sibling());
    const answers = await Promise.all(
      orderIds.flatMap((orderId) => [shop.end(orderId, "return"), sibling.end(orderId, "return")]),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(await level("ONCE")).toMatchObject({ onHand: 50, reserved: 0 });
    await expectLedgerAgrees();
  });

  test("bring a level that was deleted meanwhile back to life, with its threshold", async () => {
    await shop.stock("REVIVED", 5, 3);
    const orderId = await fulfilled([line("REVIVED", 2)]);
    await shop.call("DELETE", "/v1/stock/REVIVED", { as: "admin" });
    expect((await shop.end(orderId, "return")).status).toBe(200);
    expect(await level("REVIVED")).toMatchObject({
      onHand: 2,
      available: 2,
      lowStockThreshold: 3,
      version: 5,
    });
    await expectLedgerAgrees();
  });

  test("are refused while they have not left, and nothing moves", async () => {
    await shop.stock("NOT-LEFT", 5);
    const [held, released] = [newId(), newId()];
    for (const orderId of [held, released]) await shop.reserve(orderId, [line("NOT-LEFT", 1)], null);
    await shop.end(released, "release");
    for (const [orderId, reservationStatus] of [
      [held, "held"],
      [released, "released"],
      [newId(), null],
    ] as const) {
      const answer = await shop.end(orderId, "return");
      expect(answer).toMatchObject({ status: 409, body: { code: "CONFLICT", reservationStatus } });
    }
    expect(await level("NOT-LEFT")).toMatchObject({ onHand: 5, reserved: 1 });
  });

  test("are refused where more would be on hand than can be, and can come later", async () => {
    await shop.stock("FULL", 5);
    const orderId = await fulfilled([line("FULL", 2)]);
    await shop.stock("FULL", 1_000_000_000);
    expect(await shop.end(orderId, "return")).toMatchObject({
      status: 409,
      body: { code: "CONFLICT", reservationStatus: "fulfilled" },
    });
    await shop.stock("FULL", 10);
    expect((await shop.end(orderId, "return")).status).toBe(200);
    expect(await level("FULL")).toMatchObject({ onHand: 12 });
    await expectLedgerAgrees();
  });

  test("are sold again to an order that shares their transaction", async () => {
    await shop.stock("RESOLD", 1);
    const orderId = await fulfilled([line("RESOLD", 1)]);
    const buyer = newId();
    await Promise.all([shop.end(orderId, "return"), shop.reserve(buyer, [line("RESOLD", 1)])]);
    const { body } = await shop.call("GET", "/v1/stock/RESOLD");
    const { status } = await shop.call("GET", `/v1/reservations/${buyer}`);
    expect(body).toMatchObject({ onHand: 1, reserved: status === 200 ? 1 : 0 });
    await expectLedgerAgrees();
  });
});
