import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import { createSummaryReads, summaryStatement } from "../store/summary-reads.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
let staff: Person;
beforeAll(async () => {
  shop = await ordersUnderTest();
  staff = shop.person("staff");
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const HOUR_MS = 3_600_000;
const hoursFromNow = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const from = hoursFromNow(-1);
const to = hoursFromNow(1);

interface SummaryBody {
  readonly count: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly revenue: readonly { readonly amountMinor: number; readonly currency: string }[];
}

const ask = (query: Readonly<Record<string, string>>, as: Person = staff) =>
  shop.call("GET", `/v1/orders/summary?${new URLSearchParams(query)}`, { as });
const summary = async (query = { from, to }) => {
  const { status, body } = await ask(query);
  expect(status).toBe(200);
  return body as unknown as SummaryBody;
};

const placed = async (quantity: number, stock = quantity): Promise<string> => {
  const sku = `S-${newId()}`;
  shop.sell(sku, stock);
  const { body } = await shop.place(shop.person(), [{ sku, quantity }]);
  return body.id ?? body.orderId;
};
const totalOf = async (id: string): Promise<number> => {
  const { body } = await shop.call("GET", `/v1/orders/${id}`, { as: staff });
  return (body.total as { amountMinor: number }).amountMinor;
};

describe("the summary of a time", () => {
  test("bot-8: counts orders by what became of them, and sums up those that stand", async () => {
    const empty = await summary();
    expect(empty).toMatchObject({ count: 0, byStatus: {}, revenue: [] });
    const [first, second, third] = [await placed(1), await placed(2), await placed(3)];
    await placed(5, 1);
    await shop.call("POST", `/v1/orders/${first}/cancel`, { as: staff, body: {} });
    const packed = { as: staff, body: { status: "packed" } };
    expect((await shop.call("PATCH", `/v1/orders/${second}/status`, packed)).status).toBe(200);
    const total = (await totalOf(second)) + (await totalOf(third));
    expect(await summary()).toMatchObject({
      count: 4,
      byStatus: { cancelled: 1, packed: 1, confirmed: 1, rejected: 1 },
      revenue: [{ amountMinor: total, currency: "USD" }],
    });
  });

  test("counts from its first moment on and before its last, by the time of placing", async () => {
    const id = await placed(1);
    const moment = (await shop.call("GET", `/v1/orders/${id}`, { as: staff })).body as unknown as {
      createdAt: string;
    };
    const at = moment.createdAt;
    const after = new Date(Date.parse(at) + 1).toISOString();
    expect((await summary({ from: at, to: after })).count).toBe(1);
    expect((await summary({ from: after, to: hoursFromNow(1) })).count).toBe(0);
    expect((await summary({ from: hoursFromNow(-1), to: at })).count).toBe((await summary()).count - 1);
  });

  test("reads the orders of the time by the primary key, not the table", async () => {
    await shop.database.db.execute(sql`
      insert into customer_order (id, user_id, status, version, currency, total_minor, created_at, updated_at)
      select (lpad(to_hex(1600000000000 + n * 1000), 12, '0') || '70008000000000000000')::uuid, ${newId()}::uuid, 'delivered', 1, 'USD',
        100, to_timestamp(1600000000 + n), now() from generate_series(1, 20000) n`);
    await shop.database.db.execute(sql`analyze customer_order`);
    const time = { from: new Date(1_600_000_001_000), to: new Date(1_600_001_001_000) };
    expect(await createSummaryReads(shop.database).summarise(time)).toEqual({
      count: 1_000,
      byStatus: { delivered: 1_000 },
      revenue: [{ amountMinor: 100_000, currency: "USD" }],
    });
    const { rows } = await shop.database.db.execute(sql`explain ${summaryStatement(time)}`);
    expect(JSON.stringify(rows)).toContain("customer_order_pkey");
    expect((await summary()).byStatus.delivered).toBeUndefined();
  });

  test("refuses a time that ends before it begins, is longer than 31 days, or is none", async () => {
    for (const query of [
      { from: to, to: from },
      { from, to: from },
      { from: hoursFromNow(-31 * 24 - 1), to: hoursFromNow(0) },
      { from: "yesterday", to },
      { from: "2026-02-30T00:00:00Z", to },
      { from },
      { from, to, status: "packed" },
    ])
      expect([query, (await ask(query as Record<string, string>)).status]).toEqual([query, 422]);
    const month = { from: "2026-01-01T00:00:00Z", to: "2026-02-01T01:00:00+01:00" };
    expect((await ask(month)).status).toBe(200);
  });

  test("is for staff", async () => {
    expect((await ask({ from, to }, shop.person())).status).toBe(403);
    expect((await shop.call("GET", `/v1/orders/summary?from=${from}&to=${to}`)).status).toBe(401);
    expect((await ask({ from, to }, shop.person("admin"))).status).toBe(200);
  });
});
