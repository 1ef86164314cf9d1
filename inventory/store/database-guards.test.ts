import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import pg from "pg";
import { newId } from "../../shared/kernel/ids.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { inventoryMigrations } from "../service.ts";
import { SET_UP_TIMEOUT_MS } from "../testing/inventory-under-test.ts";

// Whatever writes past the service still cannot write what stock cannot be.

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await testDatabase({ name: "inventory", migrations: inventoryMigrations });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, SET_UP_TIMEOUT_MS);
afterAll(async () => {
  await client.end();
  await database.drop();
});

const NOT_A_NUMBER = "22P02";
const OUT_OF_RANGE = "22003";
const NOT_NULL = "23502";
const CHECK = "23514";

/** As a client sends them: parameters are texts that the type of the column has to read. */
const noIntegers: Readonly<Record<string, readonly [value: unknown, sqlState: string]>> = {
  "1.5": [1.5, NOT_A_NUMBER],
  NaN: [Number.NaN, NOT_A_NUMBER],
  words: ["one", NOT_A_NUMBER],
  "an empty text": ["", NOT_A_NUMBER],
  "[]": [[], NOT_A_NUMBER],
  "a list": [[1, 2], NOT_A_NUMBER],
  "2^31": [2 ** 31, OUT_OF_RANGE],
  "-2^31 - 1": [-(2 ** 31) - 1, OUT_OF_RANGE],
  "2^53 + 1": ["9007199254740993", OUT_OF_RANGE],
  null: [null, NOT_NULL],
};
const negative = { "-1": [-1, CHECK] } as const;
const zero = { "0": [0, CHECK] } as const;

type Row = Readonly<Record<string, unknown>>;

const insert = async (table: string, row: Row): Promise<void> => {
  const columns = Object.keys(row);
  await client.query(
    `insert into ${table} (${columns.join(", ")}) values (${columns.map((_, i) => `$${i + 1}`).join(", ")})`,
    Object.values(row),
  );
};

/** The SQLSTATE that a write is refused with; null where it is taken. Nothing of it stays. */
const refusalOf = async (table: string, row: Row): Promise<string | null> => {
  await client.query("begin");
  try {
    await insert("reservation", { ...reservation, order_id: ORDER_ID });
    await insert(table, row);
    return null;
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? "") : String(error);
  } finally {
    await client.query("rollback");
  }
};

const ORDER_ID = newId();
const now = new Date();
const level = { sku: "A", on_hand: 5, reserved: 2, version: 1, low_stock_threshold: 0, updated_at: now };
const reservation = {
  order_id: newId(),
  status: "held",
  revision: 1,
  expires_at: null,
  created_at: now,
  updated_at: now,
};
const line = { order_id: ORDER_ID, sku: "A", quantity: 1 };
const movement = {
  sku: "A",
  version_after: 1,
  kind: "receipt",
  on_hand_delta: 5,
  reserved_delta: 0,
  on_hand_after: 5,
  reserved_after: 2,
  actor_kind: "system",
  created_at: now,
};

/** Every table that counts, a row that it takes, and what its columns must not hold. */
const tables: readonly (readonly [
  string,
  Row,
  Record<string, Record<string, readonly [unknown, string]>>,
])[] = [
  [
    "stock_level",
    level,
    {
      on_hand: {
        ...noIntegers,
        ...negative,
        "fewer than are reserved": [1, CHECK],
        "more than can be": [1_000_000_001, CHECK],
      },
      reserved: { ...noIntegers, ...negative, "more than are there": [6, CHECK] },
      version: { ...noIntegers, ...negative },
      low_stock_threshold: { ...noIntegers, ...negative },
      deleted: { "true with units on hand": [true, CHECK], null: [null, NOT_NULL] },
      sku: { null: [null, NOT_NULL], "a zero byte": ["A\0", "22021"] },
    },
  ],
  [
    "reservation",
    reservation,
    {
      revision: { ...noIntegers, ...negative, ...zero },
      status: { words: ["kept", CHECK], null: [null, NOT_NULL] },
      order_id: {
        words: ["one", NOT_A_NUMBER],
        "a second time": [ORDER_ID, "23505"],
        null: [null, NOT_NULL],
      },
    },
  ],
  [
    "reservation_line",
    line,
    {
      quantity: { ...noIntegers, ...negative, ...zero },
      order_id: { "of no reservation": [newId(), "23503"], null: [null, NOT_NULL] },
    },
  ],
  [
    "stock_movement",
    movement,
    {
      version_after: { ...noIntegers, ...negative, ...zero },
      on_hand_delta: noIntegers,
      reserved_delta: noIntegers,
      on_hand_after: { ...noIntegers, ...negative, "fewer than are reserved": [1, CHECK] },
      reserved_after: { ...noIntegers, ...negative, "more than are there": [6, CHECK] },
    },
  ],
];

describe("the database itself refuses", () => {
  for (const [table, row, columns] of tables) {
    test(`nothing of a good row of ${table}`, async () => {
      expect(await refusalOf(table, row)).toBeNull();
    });
    for (const [column, values] of Object.entries(columns))
      for (const [what, [value, sqlState]] of Object.entries(values))
        test(`${table}.${column}: ${what}`, async () => {
          expect(await refusalOf(table, { ...row, [column]: value })).toBe(sqlState);
        });
  }

  test("every change of the ledger", async () => {
    await insert("stock_movement", { ...movement, sku: "KEPT" });
    for (const statement of [
      "update stock_movement set on_hand_delta = 6",
      "delete from stock_movement",
      "truncate stock_movement",
    ])
      await expect(client.query(statement)).rejects.toMatchObject({ code: "23001" });
  });
});
