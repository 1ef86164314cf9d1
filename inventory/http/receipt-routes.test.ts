import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { verifyLedger } from "../service.ts";
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

const onHand = async (sku: string): Promise<unknown> =>
  (await shop.call("GET", `/v1/stock/${sku}`)).body.onHand;

const movements = async (sku: string) =>
  (await shop.call<{ items: Record<string, unknown>[] }>("GET", `/v1/stock/${sku}/movements`)).body.items;

/** `count` rows of one unit each, of as many SKUs. */
const fileOf = (run: string, count: number): string =>
  ["sku,quantity", ...Array.from({ length: count }, (_, i) => `${run}-${i},1`)].join("\n");

const totalOf = async (run: string): Promise<{ skus: number; units: number; movements: number }> => {
  const { rows } = await shop.database.db.execute<{ skus: number; units: number; movements: number }>(
    `select count(*)::int as skus, coalesce(sum(on_hand), 0)::int as units,
       coalesce(sum(version), 0)::int as movements
     from stock_level where sku like '${run}-%'`,
  );
  return rows[0] ?? { skus: 0, units: 0, movements: 0 };
};

const agrees = async () => expect((await verifyLedger(shop.database)).differences).toEqual([]);

describe("a receipt by file", () => {
  test("books what came, one movement a row, with who sent it and the row's note", async () => {
    await shop.stock("MUG", 3);
    await shop.stock("CUP", 0);
    const answer = await send("sku,quantity,note\nMUG,4,Delivery of the 4th\nCUP,5,\n");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      dryRun: false,
      rows: 2,
      received: 2,
      units: 9,
      created: 0,
      failed: 0,
      errors: [],
      items: [
        { sku: "MUG", received: 4, onHandBefore: 3, onHandAfter: 7, created: false },
        { sku: "CUP", received: 5, onHandBefore: 0, onHandAfter: 5, created: false },
      ],
      moreItems: false,
      ignoredColumns: [],
    });
    expect((await movements("MUG"))[0]).toMatchObject({
      kind: "receipt",
      reason: "receipt",
      note: "Delivery of the 4th",
      onHandDelta: 4,
      onHandAfter: 7,
      actor: { kind: "staff", id: "0190a000-0000-7000-8000-000000000001" },
    });
    expect((await shop.events()).map(({ type, subject }) => [type, subject])).toContainEqual([
      "stock.restocked",
      "CUP",
    ]);
  });

  test("may come from a spreadsheet: semicolons, a byte order mark, CRLF, other names, more columns, blank rows", async () => {
    const text = '\uFEFFDescription;StockCode;Qty\r\nA mug;SHEET;2\r\n;;\r\n"A; cup";SHEET;3\r\n;;\r\n';
    const { body } = await send(text, create);
    expect(body).toMatchObject({
      rows: 2,
      received: 2,
      units: 5,
      created: 1,
      ignoredColumns: ["Description"],
    });
    expect(await onHand("SHEET")).toBe(5);
  });

  test("keeps its good rows where others are wrong, and says of each where and why", async () => {
    await shop.stock("GOOD", 1);
    await shop.stock("FULL", 999_999_999);
    const rows = [
      "GOOD,2",
      "UNKNOWN,1",
      "GOOD,-3",
      "Ü,1",
      "FULL,1",
      "FULL,1",
      "GOOD",
      "GOOD,1,5",
      'GOOD,"1',
      "GOOD,1",
    ];
    const { status, body } = await send(["sku,quantity", ...rows].join("\r\n"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ rows: 9, received: 2, units: 3, failed: 7 });
    expect(body.errors.map(({ line, column }) => [line, column])).toEqual([
      [3, "sku"],
      [4, "quantity"],
      [5, "sku"],
      [7, "quantity"],
      [8, "quantity"],
      [9, null],
      [10, null],
    ]);
    expect(JSON.stringify(body.errors)).not.toMatch(/UNKNOWN|Ü/);
    expect([await onHand("GOOD"), await onHand("FULL")]).toEqual([3, 1_000_000_000]);
    await agrees();
  });

  test("makes levels only when asked to, also for a level that was deleted", async () => {
    await shop.stock("GONE", 1);
    await shop.call("DELETE", "/v1/stock/GONE", { as: "admin" });
    expect((await send("sku,quantity\nGONE,2\nFRESH,2")).body).toMatchObject({
      received: 0,
      created: 0,
      failed: 2,
    });
    expect((await shop.call("GET", "/v1/stock/FRESH")).status).toBe(404);
    expect((await send("sku,quantity\nGONE,2\nFRESH,2\nFRESH,1", create)).body).toMatchObject({
      units: 5,
      created: 2,
    });
    expect((await shop.call("GET", "/v1/stock/FRESH")).body).toMatchObject({
      onHand: 3,
      lowStockThreshold: 5,
      version: 2,
    });
    expect((await shop.call("GET", "/v1/stock/GONE")).body).toMatchObject({ onHand: 2, version: 3 });
  });

  test("that is only tried changes nothing and tells the same", async () => {
    await shop.stock("TRY", 3);
    const file = [
      "sku,quantity",
      "TRY,1",
      "TRY-NEW,5",
      "TRY,x",
      ...Array(600).fill("TRY-NEW,1"),
      "TRY,2",
    ].join("\n");
    const tried = await send(file, { query: "?dryRun=true&create=true", key: newId() });
    expect(await onHand("TRY")).toBe(3);
    expect((await shop.call("GET", "/v1/stock/TRY-NEW")).status).toBe(404);
    expect(await totalOf("TRY")).toEqual({ skus: 0, units: 0, movements: 0 });
    expect(tried.body.items).toEqual([
      { sku: "TRY", received: 3, onHandBefore: 3, onHandAfter: 6, created: false },
      { sku: "TRY-NEW", received: 605, onHandBefore: 0, onHandAfter: 605, created: true },
    ]);
    const { body } = await send(file, create);
    expect(tried.body).toEqual({ ...body, dryRun: true });
    expect((await send(file, { query: "?dryRun=true" })).body).toMatchObject({ created: 0, failed: 1 });
    expect((await send("sku,quantity\nTRY-NONE,1", { query: "?dryRun=true" })).body).toMatchObject({
      failed: 1,
    });
  });

  test("of thousands of rows is told of in a bounded report", async () => {
    const run = newId().slice(-8);
    const good = fileOf(run, 1_600);
    const { body } = await send(`${good}\n${Array(1_400).fill("X,0").join("\n")}`, create);
    expect(body).toMatchObject({
      rows: 3_000,
      received: 1_600,
      created: 1_600,
      failed: 1_400,
      moreItems: true,
    });
    expect([body.items.length, body.errors.length, body.errors[0]?.line]).toEqual([1_000, 1_000, 1_602]);
    await agrees();
  });
});

describe("a receipt with an Idempotency-Key", () => {
  test("is booked once, and a repetition is told the same", async () => {
    const [run, key] = [newId().slice(-8), newId()];
    const file = `${fileOf(run, 700)}\n${run}-0,0`;
    const first = await send(file, { ...create, key });
    const again = await send(file, { ...create, key });
    expect([first.status, first.body.received, first.headers.has("idempotency-replayed")]).toEqual([
      200,
      700,
      false,
    ]);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
    expect(again.body).toEqual(first.body);
    expect(await totalOf(run)).toEqual({ skus: 700, units: 700, movements: 700 });
  });

  test("is refused with another file, also one that begins or ends the same, and with another way to book", async () => {
    const [run, key] = [newId().slice(-8), "k".repeat(255)];
    const file = fileOf(run, 500);
    expect((await send(file, { ...create, key })).status).toBe(200);
    for (const [other, options] of [
      [`${file}\n${run}-x,1`, create],
      [fileOf(run, 499), create],
      ["sku,quantity\n", create],
      [file, {}],
    ] as const) {
      const answer = await send(other, { ...options, key });
      expect([answer.status, answer.body]).toMatchObject([422, { code: "IDEMPOTENCY_MISMATCH" }]);
    }
    expect(await totalOf(run)).toEqual({ skus: 500, units: 500, movements: 500 });
  });

  test("is booked once when it is sent ten times at once", async () => {
    const [run, key] = [newId().slice(-8), newId()];
    const file = fileOf(run, 1_200);
    const shops = [shop, { inventory: shop.sibling() }];
    let left = 10;
    const reports = new Set<string>();
    while (left > 0) {
      const answers = await Promise.all(
        Array.from({ length: Math.min(left, 4) }, (_, i) =>
          sendReceipt(shops[i % 2] ?? shop, file, { ...create, key }),
        ),
      );
      for (const { status, body } of answers) {
        expect([200, 409]).toContain(status);
        if (status === 200) reports.add(JSON.stringify(body));
      }
      left -= 4;
    }
    const last = await send(file, { ...create, key });
    reports.add(JSON.stringify(last.body));
    expect([last.status, reports.size]).toEqual([200, 1]);
    expect(await totalOf(run)).toEqual({ skus: 1_200, units: 1_200, movements: 1_200 });
  });
});
