import { afterAll, beforeAll, describe, expect, test } from "bun:test";
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

interface Page {
  readonly items: Record<string, unknown>[];
  readonly nextCursor: string | null;
}

const movements = (sku: string, query = "") => shop.call<Page>("GET", `/v1/stock/${sku}/movements${query}`);

const alertsOf = async (sku: string) =>
  (await shop.events()).filter(({ subject }) => subject === sku).map(({ type, data }) => [type, data]);

describe("stock levels", () => {
  test("are created with 201 and corrected with 200, and carry their version as an ETag", async () => {
    const created = await shop.call("PUT", "/v1/stock/NEW", { body: { onHand: 7 } });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      sku: "NEW",
      onHand: 7,
      reserved: 0,
      available: 7,
      lowStockThreshold: 5,
      version: 1,
    });
    const corrected = await shop.call("PUT", "/v1/stock/NEW", {
      body: { onHand: 9, lowStockThreshold: 2, reason: "count" },
      headers: { "if-match": '"1"' },
    });
    expect([corrected.status, corrected.headers.get("etag"), corrected.body.onHand]).toEqual([200, '"2"', 9]);
    const read = await shop.call("GET", "/v1/stock/NEW");
    expect(read.body).toEqual(corrected.body);
    expect(read.headers.get("etag")).toBe('"2"');
    const unchanged = await shop.call("GET", "/v1/stock/NEW", { headers: { "if-none-match": '"2"' } });
    expect(unchanged.status).toBe(304);
    expect(unchanged.body).toBeNull();
  });

  test("take no text and no cursor that the database cannot hold", async () => {
    await shop.stock("ODD", 1);
    const cursor = (position: unknown) => Buffer.from(JSON.stringify(position)).toString("base64url");
    const refused = await Promise.all([
      shop.call("PUT", "/v1/stock/ODD", { body: { onHand: 1, reason: "a\0" } }),
      shop.call("POST", "/v1/stock/ODD/adjustments", {
        body: { delta: 1, reason: "receipt", note: "a\0" },
      }),
      shop.call("GET", "/v1/stock?q=%00"),
      shop.call("GET", `/v1/stock?cursor=${cursor(["a\0"])}`),
      movements("ODD", `?cursor=${cursor([Number.MAX_SAFE_INTEGER])}`),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
  });

  test("are not changed by whoever saw an old version", async () => {
    await shop.stock("STALE", 1);
    await shop.stock("STALE", 2);
    for (const tag of ['"1"', '"x"']) {
      const answer = await shop.call("PUT", "/v1/stock/STALE", {
        body: { onHand: 3 },
        headers: { "if-match": tag },
      });
      expect(answer).toMatchObject({ status: 412, body: { code: "VERSION_MISMATCH" } });
    }
    const unborn = await shop.call("PUT", "/v1/stock/UNBORN", {
      body: { onHand: 3 },
      headers: { "if-match": '"1"' },
    });
    expect(unborn.status).toBe(412);
    expect((await shop.call("GET", "/v1/stock/UNBORN")).status).toBe(404);
    expect((await shop.call("GET", "/v1/stock/STALE")).body).toMatchObject({ onHand: 2 });
  });

  test("cannot be set below what is reserved", async () => {
    await shop.stock("HELD", 5);
    await shop.reserve(newId(), [{ sku: "HELD", quantity: 3 }]);
    const answer = await shop.stock("HELD", 2);
    expect(answer).toMatchObject({ status: 409, body: { code: "CONFLICT", reserved: 3 } });
    expect((await shop.stock("HELD", 3)).body).toMatchObject({ onHand: 3, available: 0 });
  });

  test("are created once by many who create them at once, and no count is lost", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => shop.stock("RACE", i + 1)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.map(({ body }) => body.version).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
  });

  test("are created by one alone of many who would only create them, and nobody's count is written over", async () => {
    const create = (onHand: number) =>
      shop.call("PUT", "/v1/stock/FIRST", { body: { onHand }, headers: { "if-none-match": "*" } });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => create(i + 1)));
    const [created, ...others] = answers.toSorted((a, b) => a.status - b.status);
    expect(created?.status).toBe(201);
    for (const refused of others)
      expect(refused).toMatchObject({ status: 412, body: { code: "VERSION_MISMATCH" } });
    expect((await shop.call("GET", "/v1/stock/FIRST")).body).toMatchObject({
      onHand: created?.body.onHand,
      version: 1,
    });
  });

  test("are listed by SKU, page by page, with filters that take every text as it is", async () => {
    for (const sku of ["LIST-1", "LIST-2", "LIST-3", "list_4", "100%"]) await shop.stock(sku, 4);
    await shop.call("PUT", "/v1/stock/LIST-2", { body: { onHand: 4, lowStockThreshold: 4 } });
    const list = async (query: string) => {
      const { body } = await shop.call<Page>("GET", `/v1/stock?${query}`);
      return { skus: body.items.map((item) => item.sku), next: body.nextCursor };
    };
    const first = await list("q=list-&limit=2");
    const second = await list(`q=list-&limit=2&cursor=${first.next}`);
    expect([...first.skus, ...second.skus].sort()).toEqual(["LIST-1", "LIST-2", "LIST-3"]);
    expect(second.next).toBeNull();
    expect((await list("q=LIST-&below=threshold")).skus).toEqual(["LIST-2"]);
    expect((await list("q=_")).skus).toEqual(["list_4"]);
    expect((await list("q=%25")).skus).toEqual(["100%"]);
    expect((await list("q=%27;--")).skus).toEqual([]);
  });

  test("are deleted by admins while nothing is held, and begin again where their versions ended", async () => {
    await shop.stock("GONE", 5);
    const orderId = newId();
    await shop.reserve(orderId, [{ sku: "GONE", quantity: 1 }]);
    expect((await shop.call("DELETE", "/v1/stock/GONE", { as: "admin" })).status).toBe(409);
    await shop.end(orderId, "release");
    expect((await shop.call("DELETE", "/v1/stock/GONE", { as: "staff" })).status).toBe(403);
    expect((await shop.call("DELETE", "/v1/stock/GONE", { as: "admin" })).status).toBe(204);
    expect((await shop.call("DELETE", "/v1/stock/GONE", { as: "admin" })).status).toBe(404);
    expect((await shop.call("GET", "/v1/stock/GONE")).status).toBe(404);
    expect((await shop.reserve(newId(), [{ sku: "GONE", quantity: 1 }])).body).toMatchObject({
      shortages: [{ sku: "GONE", requested: 1, available: 0 }],
    });
    expect((await movements("GONE")).body.items[0]).toMatchObject({ kind: "deletion", onHandDelta: -5 });
    expect(await shop.stock("GONE", 2)).toMatchObject({ status: 201, body: { version: 5, onHand: 2 } });
  });

  test.each([
    [{ onHand: -1 }],
    [{ onHand: 1.5 }],
    [{ onHand: "7" }],
    [{}],
    [{ onHand: 1, lowStockThreshold: -1 }],
    [{ onHand: 1, reserved: 3 }],
    [{ onHand: 1_000_000_001 }],
    [{ onHand: null }],
  ])("refuse %j", async (body) => {
    const answer = await shop.call("PUT", "/v1/stock/WRONG", { body });
    expect(answer).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  });

  test("refuse cursors that are none of theirs", async () => {
    for (const path of ["/v1/stock", "/v1/stock/NEW/movements", "/v1/reservations"]) {
      for (const cursor of ["x", Buffer.from('["1; drop", {}]').toString("base64url")]) {
        expect((await shop.call("GET", `${path}?cursor=${cursor}`)).status).toBe(422);
      }
    }
  });
});

describe("adjustments", () => {
  test("change the stock by a difference and say in the ledger who, why and what came of it", async () => {
    await shop.stock("ADJUST", 5);
    const answer = await shop.call("POST", "/v1/stock/ADJUST/adjustments", {
      body: { delta: -2, reason: "damage", note: "fell off the shelf" },
    });
    expect(answer).toMatchObject({ status: 200, body: { onHand: 3, version: 2 } });
    expect((await movements("ADJUST")).body.items[0]).toMatchObject({
      version: 2,
      kind: "adjustment",
      onHandDelta: -2,
      reservedDelta: 0,
      onHandAfter: 3,
      reservedAfter: 0,
      reason: "damage",
      note: "fell off the shelf",
      actor: { kind: "staff", id: expect.any(String) },
      orderId: null,
    });
  });

  test("never take what is reserved or not there", async () => {
    await shop.stock("TOOMUCH", 5);
    await shop.reserve(newId(), [{ sku: "TOOMUCH", quantity: 3 }]);
    const adjust = (delta: number) =>
      shop.call("POST", "/v1/stock/TOOMUCH/adjustments", { body: { delta, reason: "damage" } });
    expect(await adjust(-3)).toMatchObject({ status: 409, body: { code: "CONFLICT", available: 2 } });
    expect((await adjust(1_000_000_000)).status).toBe(409);
    expect((await adjust(-2)).body).toMatchObject({ onHand: 3, available: 0 });
  });

  test.each([
    [{ delta: 0, reason: "count" }],
    [{ delta: 0.5, reason: "count" }],
    [{ delta: "1", reason: "count" }],
    [{ delta: 1, reason: "theft" }],
    [{ delta: 1 }],
    [{ delta: 1, reason: "count", sku: "OTHER" }],
  ])("refuse %j", async (body) => {
    await shop.stock("REFUSE", 5);
    const answer = await shop.call("POST", "/v1/stock/REFUSE/adjustments", { body });
    expect(answer).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  });

  test("of an unknown SKU are 404", async () => {
    const body = { delta: 1, reason: "receipt" };
    expect((await shop.call("POST", "/v1/stock/NOWHERE/adjustments", { body })).status).toBe(404);
  });

  test("with one key take effect once, however often and however parallel they come", async () => {
    await shop.stock("ONCE", 10);
    const key = newId();
    const adjust = (delta: number, idempotencyKey = key) =>
      shop.call("POST", "/v1/stock/ONCE/adjustments", {
        body: { delta, reason: "receipt" },
        headers: { "idempotency-key": idempotencyKey },
      });
    const parallel = await Promise.all(Array.from({ length: 20 }, () => adjust(5)));
    expect(new Set(parallel.map(({ status }) => status)).isSubsetOf(new Set([200, 409]))).toBe(true);
    for (const { status, headers } of parallel)
      if (status === 409) expect(headers.get("retry-after")).toBe("1");
    const again = await adjust(5);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
    expect(again.body).toMatchObject({ onHand: 15, version: 2 });
    expect(
      parallel.filter(({ status }) => status === 200).every(({ body }) => Bun.deepEquals(body, again.body)),
    ).toBe(true);
    expect(await adjust(6)).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_MISMATCH" } });
    expect((await adjust(1, "a key with spaces")).status).toBe(422);
    expect((await shop.call("GET", "/v1/stock/ONCE")).body).toMatchObject({ onHand: 15, version: 2 });
  });

  test("that were refused leave their key free", async () => {
    await shop.stock("FREE", 1);
    const options = { body: { delta: -2, reason: "damage" }, headers: { "idempotency-key": newId() } };
    expect((await shop.call("POST", "/v1/stock/FREE/adjustments", options)).status).toBe(409);
    await shop.stock("FREE", 2);
    const second = await shop.call("POST", "/v1/stock/FREE/adjustments", options);
    expect([second.status, second.headers.get("idempotency-replayed")]).toEqual([200, null]);
  });
});

describe("the ledger", () => {
  test("is paged newest first, and nobody can change it", async () => {
    for (const onHand of [1, 2, 3, 4, 5]) await shop.stock("LEDGER", onHand);
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const { body } = await movements("LEDGER", `?limit=2&cursor=${cursor}`);
      seen.push(...body.items.map((item) => item.version));
      cursor = body.nextCursor ?? "";
    } while (cursor !== "");
    expect(seen).toEqual([5, 4, 3, 2, 1]);
    expect((await movements("NO-LEDGER")).status).toBe(404);
    for (const statement of ["update stock_movement set note = 'x'", "delete from stock_movement"]) {
      const change = shop.database.db.execute(statement).then(
        () => "changed",
        (error: unknown) => String(error),
      );
      expect(await change).toContain("append-only");
    }
  });
});

describe("alerts", () => {
  test("say once when stock becomes low and when it is no longer", async () => {
    await shop.stock("ALERT", 10, 3);
    const orderId = newId();
    await shop.reserve(orderId, [{ sku: "ALERT", quantity: 6 }]);
    expect(await alertsOf("ALERT")).toEqual([]);
    await shop.reserve(newId(), [{ sku: "ALERT", quantity: 1 }]);
    await shop.reserve(newId(), [{ sku: "ALERT", quantity: 1 }]);
    const low = ["stock.low", { sku: "ALERT", available: 3, threshold: 3, version: 3 }];
    expect(await alertsOf("ALERT")).toEqual([low]);
    await shop.end(orderId, "release");
    expect(await alertsOf("ALERT")).toEqual([
      low,
      ["stock.restocked", { sku: "ALERT", available: 8, version: 5 }],
    ]);
  });

  test("carry the id of the request that caused them", async () => {
    await shop.stock("TRACED", 10, 3);
    await shop.call("POST", "/v1/stock/TRACED/adjustments", {
      body: { delta: -8, reason: "damage" },
      headers: { "x-request-id": "request-traced-1" },
    });
    const event = (await shop.events()).find(({ subject }) => subject === "TRACED");
    expect(event).toMatchObject({ type: "stock.low", sequence: 2, requestid: "request-traced-1" });
  });
});
