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
  await shop.stock(SKU, 5);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const SKU = "GUARDED";
const ORDER_ID = newId();

interface Problem {
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
}

type Send = (body: string) => Promise<{ status: number; body: Problem }>;

// Bodies are JSON texts: some of these values have no JavaScript.
const put: Send = (body) => shop.call("PUT", `/v1/stock/${SKU}`, { body });
const adjust: Send = (body) => shop.call("POST", `/v1/stock/${SKU}/adjustments`, { body });
const reserve: Send = (body) =>
  shop.call("PUT", `/internal/reservations/${ORDER_ID}`, { as: "service", body });

/** Nowhere a number of units, seconds or revisions. */
const noNumbers = {
  "1.5": "1.5",
  "a number in words": '"1"',
  "2^31": "2147483648",
  "-2^31 - 1": "-2147483649",
  "2^53 + 1": "9007199254740993",
  "a number past all numbers": "1e400",
  "a fraction close to a whole": "1e-7",
  true: "true",
  "[]": "[]",
  "{}": "{}",
};
const negative = { "-1": "-1" };
const nothing = { null: "null" };
const zero = { "0": "0" };

const line = `{"sku":"${SKU}","quantity":1}`;
const lines = (count: number) => `[${Array(count).fill(line).join(",")}]`;

/** Every number that a write takes: how it is sent, where an error points, and what it must not be. */
const numbers: readonly (readonly [name: string, Send, pointer: string, Record<string, string>])[] = [
  ["onHand", (v) => put(`{"onHand":${v}}`), "/body/onHand", { ...noNumbers, ...negative, ...nothing }],
  [
    "lowStockThreshold",
    (v) => put(`{"onHand":1,"lowStockThreshold":${v}}`),
    "/body/lowStockThreshold",
    { ...noNumbers, ...negative, ...nothing },
  ],
  [
    "delta",
    (v) => adjust(`{"delta":${v},"reason":"count"}`),
    "/body/delta",
    { ...noNumbers, ...nothing, ...zero, "-0": "-0" },
  ],
  [
    "quantity",
    (v) => reserve(`{"lines":[${line},{"sku":"${SKU}","quantity":${v}}],"ttlSeconds":null}`),
    "/body/lines/1/quantity",
    { ...noNumbers, ...negative, ...nothing, ...zero },
  ],
  [
    "ttlSeconds",
    (v) => reserve(`{"lines":[${line}],"ttlSeconds":${v}}`),
    "/body/ttlSeconds",
    { ...noNumbers, ...negative, ...zero, "more than a week": "604801" },
  ],
  [
    "revision",
    (v) => reserve(`{"lines":[${line}],"ttlSeconds":null,"revision":${v}}`),
    "/body/revision",
    { ...noNumbers, ...negative, ...nothing, ...zero },
  ],
];

/** Every other part of a body. */
const parts: readonly (readonly [name: string, Send, body: string, pointer: string])[] = [
  ["no onHand", put, "{}", "/body/onHand"],
  ["an unknown field of a level", put, '{"onHand":1,"reserved":1}', "/body/reserved"],
  ["a field called __proto__", put, '{"onHand":1,"__proto__":{"a":1}}', "/body/__proto__"],
  ["a reason that is null", put, '{"onHand":1,"reason":null}', "/body/reason"],
  ["a reason in two lines", put, '{"onHand":1,"reason":"a\\nb"}', "/body/reason"],
  ["a reason without end", put, `{"onHand":1,"reason":"${"a".repeat(201)}"}`, "/body/reason"],
  ["no delta", adjust, '{"reason":"count"}', "/body/delta"],
  ["no reason", adjust, '{"delta":1}', "/body/reason"],
  ["an unknown reason", adjust, '{"delta":1,"reason":"theft"}', "/body/reason"],
  ["a list of reasons", adjust, '{"delta":1,"reason":["count"]}', "/body/reason"],
  ["a note with half a character", adjust, '{"delta":1,"reason":"count","note":"\\ud800"}', "/body/note"],
  ["a note with a zero byte", adjust, '{"delta":1,"reason":"count","note":"\\u0000"}', "/body/note"],
  ["an unknown field of an adjustment", adjust, '{"delta":1,"reason":"count","sku":"A"}', "/body/sku"],
  ["no lines", reserve, '{"ttlSeconds":null}', "/body/lines"],
  ["lines that are null", reserve, '{"lines":null,"ttlSeconds":null}', "/body/lines"],
  ["an empty list of lines", reserve, '{"lines":[],"ttlSeconds":null}', "/body/lines"],
  ["one line too many", reserve, `{"lines":${lines(501)},"ttlSeconds":null}`, "/body/lines"],
  ["a list without end", reserve, `{"lines":${lines(20_000)},"ttlSeconds":null}`, "/body"],
  ["lines in lines", reserve, `{"lines":[${lines(1)}],"ttlSeconds":null}`, "/body/lines/0"],
  ["a line that is null", reserve, '{"lines":[null],"ttlSeconds":null}', "/body/lines/0"],
  ["a line without a SKU", reserve, '{"lines":[{"quantity":1}],"ttlSeconds":null}', "/body/lines/0/sku"],
  [
    "a SKU that is a number",
    reserve,
    '{"lines":[{"sku":1,"quantity":1}],"ttlSeconds":null}',
    "/body/lines/0/sku",
  ],
  [
    "an unknown field of a line",
    reserve,
    `{"lines":[{"sku":"${SKU}","quantity":1,"price":1}],"ttlSeconds":null}`,
    "/body/lines/0/price",
  ],
  ["no life", reserve, `{"lines":[${line}]}`, "/body/ttlSeconds"],
  [
    "an unknown field of a hold",
    reserve,
    `{"lines":[${line}],"ttlSeconds":null,"force":true}`,
    "/body/force",
  ],
];

/** Nowhere a body. */
const noBodies = {
  null: "null",
  "[]": "[]",
  "a number": "1",
  "a text": '"onHand"',
  NaN: '{"onHand":NaN,"delta":NaN,"lines":NaN}',
  "half a document": '{"onHand":1',
  "two documents": '{"onHand":1}{"onHand":2}',
  "nothing at all": " ",
};

const expectRefused = async (answer: ReturnType<Send>, pointer: string): Promise<void> => {
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([422, "VALIDATION"]);
  expect(body.errors.map((error) => error.pointer)).toContain(pointer);
  expect(JSON.stringify(body)).not.toMatch(/9007199254740993|2147483649/);
};

describe("bad input is refused, and the answer points at it", () => {
  for (const [name, send, pointer, values] of numbers)
    for (const [what, value] of Object.entries(values))
      test(`${name}: ${what}`, () => expectRefused(send(value), pointer));

  for (const [what, send, body, pointer] of parts) test(what, () => expectRefused(send(body), pointer));

  for (const [name, send] of Object.entries({ put, adjust, reserve }))
    for (const [what, body] of Object.entries(noBodies))
      test(`a body for ${name}: ${what}`, async () => {
        const answer = await send(body);
        expect([answer.status, answer.body.code]).toEqual([422, "VALIDATION"]);
        expect(answer.body.errors[0]?.pointer).toStartWith("/body");
      });

  test.each([
    ["a SKU that is too long", "PUT", `/v1/stock/${"A".repeat(65)}`, '{"onHand":1}', "/params/sku"],
    ["a SKU with a line break", "PUT", "/v1/stock/A%0AB", '{"onHand":1}', "/params/sku"],
    [
      "a SKU with a zero byte",
      "POST",
      "/v1/stock/A%00/adjustments",
      '{"delta":1,"reason":"count"}',
      "/params/sku",
    ],
    [
      "an order id that is none",
      "PUT",
      "/internal/reservations/1",
      `{"lines":${lines(1)},"ttlSeconds":null}`,
      "/params/orderId",
    ],
  ])("%s", async (_, method, path, body, pointer) => {
    const as = path.startsWith("/internal/") ? "service" : "staff";
    await expectRefused(shop.call(method, path, { as, body }), pointer);
  });

  test("and none of it has changed anything", async () => {
    const { rows } = await shop.database.db.execute<{ levels: number; movements: number; holds: number }>(
      `select (select count(*)::int from stock_level) as levels, (select count(*)::int from stock_movement) as movements,
         (select count(*)::int from reservation) as holds`,
    );
    expect(rows).toEqual([{ levels: 1, movements: 1, holds: 0 }]);
    expect((await shop.call("GET", `/v1/stock/${SKU}`)).body).toMatchObject({
      onHand: 5,
      reserved: 0,
      version: 1,
    });
  });
});
