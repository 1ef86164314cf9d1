import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import { countStuck } from "../store/saga-reads.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";
import { SAGA_ALARM_ATTEMPTS } from "../usecases/advance-saga.ts";

let shop: OrdersUnderTest;
let staff: Person;
beforeAll(async () => {
  shop = await ordersUnderTest();
  staff = shop.person("staff");
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

interface SagaBody {
  readonly orderId: string;
  readonly attempts: number;
  readonly stuck: boolean;
}

const list = async (query = "", as = staff) => {
  const { status, body } = await shop.call("GET", `/v1/ops/sagas${query}`, { as });
  const items = (status === 200 ? body.items : []) as unknown as readonly SagaBody[];
  return { status, items, nextCursor: body.nextCursor, ids: items.map(({ orderId }) => orderId) };
};

/** An order whose stock was asked for in vain. */
const waiting = async (): Promise<string> => {
  const sku = `O-${newId()}`;
  shop.sell(sku, 1);
  shop.inventory.failNext("PUT", "before", 2);
  return (await shop.place(shop.person(), [{ sku, quantity: 1 }])).body.id;
};

const attempted = (orderId: string, attempts: number, problem: string | null = null) =>
  shop.database.db.execute(
    sql`update saga set attempts = ${attempts}, problem = ${problem} where order_id = ${orderId}`,
  );

describe("the list of sagas", () => {
  test("shows those that wait, the oldest first, page by page, and none that is finished", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await waiting());
    shop.sell("O-DONE", 1);
    const done = (await shop.place(shop.person(), [{ sku: "O-DONE", quantity: 1 }])).body.id;
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(
        `?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.ids);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(seen.toSorted());
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids);
    expect(seen).not.toContain(done);
  });

  test("says of each how it stands and what kept it", async () => {
    const id = await waiting();
    await attempted(id, SAGA_ALARM_ATTEMPTS - 1, "UNAVAILABLE: inventory does not answer");
    const { items } = await list("?limit=100");
    const order = (await shop.call("GET", `/v1/orders/${id}`, { as: staff })).body;
    expect(items.find(({ orderId }) => orderId === id)).toEqual({
      orderId: id,
      number: order.number,
      orderStatus: "pending",
      step: "reserving",
      version: expect.any(Number),
      attempts: SAGA_ALARM_ATTEMPTS - 1,
      nextAt: expect.any(String),
      updatedAt: expect.any(String),
      createdAt: (order as unknown as { createdAt: string }).createdAt,
      problem: "UNAVAILABLE: inventory does not answer",
      stuck: false,
    } as SagaBody);
  });

  test("is filtered by step, and by being stuck", async () => {
    const [fresh, stuck] = [await waiting(), await waiting()];
    await attempted(stuck, SAGA_ALARM_ATTEMPTS);
    const found = await list("?stuck=true&limit=100");
    expect(found.items.every((saga) => saga.stuck)).toBe(true);
    expect(found.ids).toContain(stuck);
    expect(found.ids).not.toContain(fresh);
    expect((await list("?stuck=false&limit=100")).ids).toContain(fresh);
    expect((await list("?step=reserving&limit=100")).ids).toContain(fresh);
    expect((await list("?step=releasing&limit=100")).ids).not.toContain(fresh);
  });

  test("refuses what is no query", async () => {
    for (const query of [
      "?step=lost",
      "?step=confirmed",
      "?stuck=yes",
      "?limit=0",
      "?cursor=nonsense",
      "?x=1",
    ])
      expect([query, (await list(query)).status]).toEqual([query, 422]);
  });
});

test("what is stuck is counted, until it is finished", async () => {
  const id = await waiting();
  const before = await countStuck(shop.database);
  await attempted(id, SAGA_ALARM_ATTEMPTS);
  expect(await countStuck(shop.database)).toBe(before + 1);
  await shop.database.db.execute(
    sql`update saga set next_at = null, finished_at = now() where order_id = ${id}`,
  );
  expect(await countStuck(shop.database)).toBe(before);
});

describe("the routes of operations", () => {
  const routes = [
    ["GET", "/v1/ops/sagas", 200],
    ["POST", `/v1/ops/sagas/${newId()}/retry`, 404],
  ] as const;
  test.each(routes)("%s %s is for staff", async (method, path, status) => {
    const answered = async (as?: Person) =>
      (await shop.call(method, path, as === undefined ? {} : { as })).status;
    expect(await answered()).toBe(401);
    expect(await answered(shop.person())).toBe(403);
    expect(await answered(staff)).toBe(status);
    expect(await answered(shop.person("admin"))).toBe(status);
  });
});
