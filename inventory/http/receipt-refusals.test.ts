import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";
import { type ReceiptCallOptions, sendReceipt } from "../testing/receipt-call.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const send = (body: BodyInit, options: ReceiptCallOptions = {}) => sendReceipt(shop, body, options);
const create = { query: "?create=true" };

/** `count` rows of one unit each, of as many SKUs. */
const fileOf = (run: string, count: number): string =>
  ["sku,quantity", ...Array.from({ length: count }, (_, i) => `${run}-${i},1`)].join("\n");

const unitsOf = async (run: string): Promise<number> => {
  const { rows } = await shop.database.db.execute<{ units: number }>(
    `select coalesce(sum(on_hand), 0)::int as units from stock_level where sku like '${run}-%'`,
  );
  return rows[0]?.units ?? 0;
};

describe("what is no receipt", () => {
  test("is refused: other media types with 415, none and a wrong header with 422", async () => {
    for (const type of ["application/json", "text/plain", "text/csv; charset=latin1", "text/csvx", null])
      expect((await send("sku,quantity\nA,1", { type })).status).toBe(415);
    for (const type of ["text/csv", "Text/CSV; charset=utf-8", 'text/csv; header=present; charset="UTF-8"'])
      expect((await send("sku,quantity\n", { type })).status).toBe(200);
    for (const file of [
      "",
      "\n\n",
      "sku;b\n1;2",
      "sku,note\nA,x",
      "sku,qty,units\nA,1,1",
      '"sku,quantity\nA,1',
    ]) {
      const { status, body } = await send(file);
      expect([status, body]).toMatchObject([422, { code: "VALIDATION", errors: [{ pointer: "/body" }] }]);
    }
    expect((await send("sku,quantity\n", { query: "?dryRun=yes" })).status).toBe(422);
    expect((await send("sku,quantity\n", { key: "a b" })).status).toBe(422);
  });

  test("is too large above 20 MB, said or not, and nothing of it is booked", async () => {
    const run = newId().slice(-8);
    const limit = 20 * 1024 * 1024;
    const file = fileOf(run, 3).padEnd(limit, "\n");
    expect((await send(file, create)).body).toMatchObject({ received: 3 });
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(file));
        controller.enqueue(new TextEncoder().encode("\n"));
        controller.close();
      },
    });
    expect((await send(chunks, create)).status).toBe(413);
    const said = new Request("http://inventory/v1/stock/receipts", {
      method: "POST",
      headers: {
        authorization: "Bearer staff",
        "content-type": "text/csv",
        "content-length": String(limit + 1),
      },
      body: "x",
    });
    expect((await shop.inventory.fetch(said)).status).toBe(413);
    expect(await unitsOf(run)).toBe(3);
  });

  test("waits its turn where too many are being sent already", async () => {
    const ends: (() => void)[] = [];
    const slow = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("sku,quantity\n"));
          ends.push(() => controller.close());
        },
      });
    const waiting = Array.from({ length: 4 }, () => send(slow()));
    // Each is let in some moments after it was sent: the fifth goes on asking until all four are inside.
    const refused = await waitFor(
      async () => {
        const answer = await send("sku,quantity\n");
        return answer.status === 503 && answer;
      },
      { what: "a file too many to be refused" },
    );
    expect([refused.headers.get("retry-after"), refused.body]).toMatchObject(["5", { code: "UNAVAILABLE" }]);
    for (const end of ends) end();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await send("sku,quantity\n")).status).toBe(200);
  });

  test("leaves the other routes at 1 MB", async () => {
    const request = new Request("http://inventory/v1/stock/A/adjustments", {
      method: "POST",
      headers: {
        authorization: "Bearer staff",
        "content-type": "application/json",
        "content-length": "1048577",
      },
      body: "{}",
    });
    expect((await shop.inventory.fetch(request)).status).toBe(413);
  });

  test("has an upload that breaks off: nothing is booked", async () => {
    const run = newId().slice(-8);
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(fileOf(run, 2_000)));
      },
      pull(controller) {
        controller.error(new Error("the client is gone"));
      },
    });
    expect((await send(broken, create)).status).toBeGreaterThanOrEqual(400);
    expect(await unitsOf(run)).toBe(0);
  });

  test("is looked at only for staff", async () => {
    for (const as of ["public", "customer", "staff", "admin"] as const) {
      const { status } = await send("sku,quantity\n", { as });
      expect([as, status]).toEqual([as, { public: 401, customer: 403, staff: 200, admin: 200 }[as]]);
    }
  });

  test("is told on the API page: the body is text/csv", async () => {
    const { body } = await shop.call<{ paths: Record<string, never> }>("GET", "/openapi.json");
    expect(body.paths["/v1/stock/receipts"]).toMatchObject({
      post: {
        "x-audience": "staff",
        requestBody: { content: { "text/csv": { example: expect.any(String) } } },
      },
    });
  });
});
