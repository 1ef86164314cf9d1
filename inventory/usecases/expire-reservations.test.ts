import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { createStockStore } from "../store/stock-store.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";
import { expireReservations } from "./expire-reservations.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const sweeper = () =>
  expireReservations({ stock: createStockStore({ database: shop.database, announce: () => undefined }) });

/** Moves the end of a hold, as waiting would. */
const endIn = (orderId: string, milliseconds: number) =>
  shop.database.db.execute(
    `update reservation set expires_at = now() + ${milliseconds} * interval '1 millisecond' where order_id = '${orderId}'`,
  );

const statusOf = async (orderId: string) =>
  (await shop.call("GET", `/v1/reservations/${orderId}`)).body.status;

// One after the other in one test: a sweep takes whatever is due in the whole database.
describe("the expiry sweep", () => {
  test("ends what is due, once, by however many sweepers, and never what still has time", async () => {
    await shop.stock("EXPIRE", 1_000);
    const lines = [{ sku: "EXPIRE", quantity: 2 }];
    const due = Array.from({ length: 150 }, () => newId());
    const [early, forever, fulfilled] = [newId(), newId(), newId()];
    await Promise.all([...due, early, fulfilled].map((orderId) => shop.reserve(orderId, lines)));
    await shop.reserve(forever, lines, null);
    await shop.end(fulfilled, "fulfil");
    await Promise.all([...due, fulfilled].map((orderId) => endIn(orderId, -1)));
    await endIn(early, 60_000);

    const counts = await Promise.all([sweeper()(), sweeper()(), sweeper()()]);
    let expired = counts.reduce((sum, count) => sum + count, 0);
    // A sweeper passes over what another holds; whoever comes next finds nothing left.
    expired += await sweeper()();
    expect(expired).toBe(150);
    expect(await sweeper()()).toBe(0);
    expect((await shop.call("GET", "/v1/stock/EXPIRE")).body).toMatchObject({ onHand: 998, reserved: 4 });
    expect(await Promise.all([early, forever, fulfilled, due[0] ?? ""].map(statusOf))).toEqual([
      "held",
      "held",
      "fulfilled",
      "expired",
    ]);
    const { body } = await shop.call<{ items: { kind: string }[] }>(
      "GET",
      "/v1/stock/EXPIRE/movements?limit=1",
    );
    expect(body.items[0]?.kind).toBe("expiry");

    const late = await shop.reserve(due[0] ?? "", lines);
    expect(late).toMatchObject({ status: 409, body: { reservationStatus: "expired" } });
    expect((await shop.end(due[0] ?? "", "release")).body).toMatchObject({ status: "expired" });
    expect((await shop.end(due[0] ?? "", "fulfil")).status).toBe(409);
  });
});
