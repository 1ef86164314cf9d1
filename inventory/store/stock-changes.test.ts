import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type StockChangesPage, stockChangesPageSchema } from "../../shared/contracts/stock-stream.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
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

const changesAfter = async (cursor: string | null): Promise<StockChangesPage> => {
  const query = cursor === null ? "" : `?after=${cursor}`;
  const { body } = await shop.call("GET", `/internal/stock/changes${query}`, { as: "service" });
  return stockChangesPageSchema.parse(body);
};

/** A reader that keeps its cursor and what it has seen, as a replica does. */
const reader = (cursor: string | null = null) => {
  const seen = new Map<string, number>();
  return {
    seen,
    /** Everything below this transaction has been seen. */
    position: () => BigInt(JSON.parse(Buffer.from(cursor ?? "", "base64url").toString())[0]),
    async read() {
      let more = true;
      while (more) {
        const page = await changesAfter(cursor);
        for (const { sku, version } of page.changes) seen.set(sku, version);
        ({ cursor, more } = page);
      }
    },
    /** Transactions of others on the same server may keep the horizon back for a moment. */
    until(sku: string, version: number) {
      return waitFor(
        async () => {
          await this.read();
          return seen.get(sku) === version;
        },
        { what: `${sku} in version ${version} to be seen` },
      );
    },
  };
};

/** Changes a level in a transaction of its own that ends when told. */
const slowChange = (sku: string) => {
  const begun = Promise.withResolvers<bigint>();
  const gate = Promise.withResolvers<void>();
  const done = shop.database.transaction(async (tx) => {
    const { rows } = await tx.execute<{ changed_tx: string }>(
      `update stock_level set version = version + 1, changed_tx = pg_current_xact_id()
       where sku = '${sku}' returning changed_tx`,
    );
    begun.resolve(BigInt(rows[0]?.changed_tx ?? 0));
    await gate.promise;
  });
  return {
    begun: begun.promise,
    commit() {
      gate.resolve();
      return done;
    },
  };
};

describe("changes after a cursor", () => {
  test("are the present states, each once, deleted levels with exists: false", async () => {
    await shop.stock("STATE", 3);
    await shop.stock("STATE", 4);
    await shop.stock("STATE-GONE", 1);
    const deletedReader = reader();
    await deletedReader.until("STATE-GONE", 1);
    await shop.call("DELETE", "/v1/stock/STATE-GONE", { as: "admin" });
    await deletedReader.until("STATE-GONE", 2);
    const { changes } = await changesAfter(null);
    expect(
      changes.filter(({ sku }) => sku.startsWith("STATE")).toSorted((a, b) => (a.sku < b.sku ? -1 : 1)),
    ).toEqual([
      expect.objectContaining({ sku: "STATE", onHand: 4, available: 4, version: 2, exists: true }),
      expect.objectContaining({ sku: "STATE-GONE", onHand: 0, available: 0, version: 2, exists: false }),
    ]);
  });

  test("lose nothing when the transaction that began first commits last", async () => {
    await shop.stock("SLOW", 1);
    await shop.stock("FAST", 1);
    const replica = reader();
    await replica.until("FAST", 1);
    await replica.until("SLOW", 1);

    const slow = slowChange("SLOW");
    const slowTransaction = await slow.begun;
    await shop.stock("FAST", 2);
    // The later transaction has committed, the earlier has not: a cursor by bare numbers would now pass over SLOW.
    await replica.read();
    expect(replica.seen.get("SLOW")).toBe(1);
    expect(replica.position()).toBeLessThanOrEqual(slowTransaction);
    await slow.commit();
    await replica.until("SLOW", 2);
    await replica.until("FAST", 2);
  });

  test("come in pages that neither skip nor loop, also where one transaction changed more than a page", async () => {
    const levels = Array.from({ length: 2_300 }, (_, i) => ({ sku: `MANY-${i}`, quantity: i }));
    expect(await shop.inventory.seed(levels)).toBe(2_300);
    expect(await shop.inventory.seed(levels.slice(0, 5))).toBe(0);
    const replica = reader();
    await replica.until("MANY-0", 1);
    expect([...replica.seen.keys()].filter((sku) => sku.startsWith("MANY-"))).toHaveLength(2_300);
  });

  test("begin again for a cursor from after a restore, and refuse what is no cursor", async () => {
    await shop.stock("RESTORED", 1);
    const fromTheFuture = Buffer.from(JSON.stringify(["9000000000000000000", ""])).toString("base64url");
    await reader(fromTheFuture).until("RESTORED", 1);
    for (const after of ["x", Buffer.from('["-1",""]').toString("base64url")]) {
      const answer = await shop.call("GET", `/internal/stock/changes?after=${after}`, { as: "service" });
      expect(answer.status).toBe(422);
    }
  });
});
