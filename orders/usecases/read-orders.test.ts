import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
  shop.sell("R-MUG", 1_000);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const orderOf = async (buyer: Person): Promise<string> =>
  (await shop.place(buyer, [{ sku: "R-MUG", quantity: 1 }])).body.id;

const list = (as: Person, query = "") => shop.call("GET", `/v1/orders${query}`, { as });

describe("the list of orders", () => {
  test("shows a customer their own, newest first, page by page", async () => {
    const [buyer, other] = [shop.person(), shop.person()];
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      ids.unshift(await orderOf(buyer));
      await orderOf(other);
    }
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "?limit=2" : `?limit=2&cursor=${cursor}`;
      const { status, body } = await list(buyer, query);
      expect(status).toBe(200);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(ids);
  });

  test("shows staff all, by status and by user", async () => {
    const [buyer, staff] = [shop.person(), shop.person("staff")];
    const [first, second] = [await orderOf(buyer), await orderOf(buyer)];
    await shop.call("POST", `/v1/orders/${first}/cancel`, { as: buyer });
    const ofUser = await list(staff, `?userId=${buyer.id}`);
    expect(ofUser.body.items.map(({ id }) => id)).toEqual([second, first]);
    const cancelled = await list(staff, `?userId=${buyer.id}&status=cancelled`);
    expect(cancelled.body.items.map(({ id }) => id)).toEqual([first]);
    const all = await list(staff, "?limit=100");
    expect(new Set(all.body.items.map(({ userId }) => userId)).size).toBeGreaterThan(1);
    expect((await list(buyer, "?status=cancelled")).body.items.map(({ id }) => id)).toEqual([first]);
  });

  test("refuses a customer who asks for somebody else's, and what is no query", async () => {
    const buyer = shop.person();
    expect((await list(buyer, `?userId=${newId()}`)).status).toBe(403);
    expect((await list(buyer, `?userId=${buyer.id}`)).status).toBe(200);
    for (const query of [
      "?limit=0",
      "?limit=101",
      "?limit=x",
      "?status=lost",
      "?cursor=nonsense",
      "?userId=1",
    ])
      expect([query, (await list(buyer, query)).status]).toEqual([query, 422]);
    expect((await shop.call("GET", "/v1/orders")).status).toBe(401);
  });
});

describe("one order", () => {
  test("is for its owner and for staff; for others it does not exist", async () => {
    const buyer = shop.person();
    const id = await orderOf(buyer);
    for (const path of [`/v1/orders/${id}`, `/v1/orders/${id}/timeline`]) {
      const read = async (as?: Person) =>
        (await shop.call("GET", path, as === undefined ? {} : { as })).status;
      expect([await read(buyer), await read(shop.person("staff"))]).toEqual([200, 200]);
      expect([await read(shop.person()), await read()]).toEqual([404, 401]);
    }
    expect((await shop.call("GET", `/v1/orders/${newId()}`, { as: buyer })).status).toBe(404);
    expect((await shop.call("GET", "/v1/orders/1", { as: buyer })).status).toBe(422);
  });

  test("is sent again only when it has changed", async () => {
    const buyer = shop.person();
    const path = `/v1/orders/${await orderOf(buyer)}`;
    const first = await shop.call("GET", path, { as: buyer });
    const etag = first.headers.get("etag") ?? "";
    const same = await shop.call("GET", path, { as: buyer, headers: { "if-none-match": etag } });
    expect([same.status, same.headers.get("etag"), same.body]).toEqual([304, etag, null]);
    await shop.call("POST", `${path}/cancel`, { as: buyer });
    const next = await shop.call("GET", path, { as: buyer, headers: { "if-none-match": etag } });
    expect([next.status, next.body.status]).toEqual([200, "cancelled"]);
  });
});
