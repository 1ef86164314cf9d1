import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { EventData, EventType } from "../../shared/contracts/events.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { envelopeOf } from "../../shared/outbox/outbox.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { ORDERS_EXCHANGE } from "./on-order-events.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
  await catalog.service.start();
});
afterAll(() => catalog.close());

type OrderEventType = Extract<EventType, `order.${string}`>;
type Order = EventData<"order.confirmed">["order"];
type Lines = Record<string, number>;

const zero = { amountMinor: 0, currency: "USD" };

const anOrder = (id: string, version: number, status: Order["status"], lines: Lines): Order => ({
  id,
  number: "K-1",
  userId: newId(),
  status,
  version,
  lines: Object.entries(lines).map(([productId, quantity]) => ({
    id: newId(),
    sku: "any",
    productId,
    name: "Any",
    quantity,
    unitPrice: zero,
    lineTotal: zero,
  })),
  total: zero,
  createdAt: "2026-01-01T12:00:00.000Z",
});

const eventOf = (type: OrderEventType, order: Order) =>
  envelopeOf(
    {
      type,
      subject: order.id,
      sequence: order.version,
      source: "/orders",
      time: new Date(),
      data: { order, previousStatus: null, actor: { kind: "system", id: null }, reason: null },
    },
    newId(),
  );

const tell = (type: OrderEventType, order: Order) =>
  catalog.bus.publish(ORDERS_EXCHANGE, [eventOf(type, order)]);

const unitsOf = async (id: string): Promise<number> => {
  const { rows } = await catalog.database.db.execute<{ units: string }>(
    `select units from product_sales where product_id = '${id}'`,
  );
  return Number(rows[0]?.units);
};

const someIds = async () => [(await catalog.product()).id, (await catalog.product()).id] as const;

describe("units sold", () => {
  test("a confirmed order counts, a rejected one does not", async () => {
    const [mug, pot] = await someIds();
    await tell("order.confirmed", anOrder(newId(), 2, "confirmed", { [mug]: 2, [pot]: 1 }));
    await tell("order.rejected", anOrder(newId(), 2, "rejected", { [mug]: 5 }));
    expect([await unitsOf(mug), await unitsOf(pot)]).toEqual([2, 1]);
  });

  test.each(["cancelled", "returned"] as const)("a %s one gives back what it counted", async (status) => {
    const [mug, pot] = await someIds();
    const id = newId();
    await tell("order.confirmed", anOrder(id, 2, "confirmed", { [mug]: 2, [pot]: 1 }));
    await tell("order.status-changed", anOrder(id, 3, "shipped", { [mug]: 2, [pot]: 1 }));
    expect(await unitsOf(mug)).toBe(2);
    const type = status === "cancelled" ? "order.cancelled" : "order.status-changed";
    await tell(type, anOrder(id, 4, status, { [mug]: 2, [pot]: 1 }));
    expect([await unitsOf(mug), await unitsOf(pot)]).toEqual([0, 0]);
  });

  test("an order that was never confirmed gives nothing back", async () => {
    const [mug] = await someIds();
    await tell("order.cancelled", anOrder(newId(), 2, "cancelled", { [mug]: 2 }));
    expect(await unitsOf(mug)).toBe(0);
  });

  test("a quantity that changed counts by its difference, and a cancellation gives back the last one", async () => {
    const [mug, pot] = await someIds();
    const id = newId();
    await tell("order.confirmed", anOrder(id, 2, "confirmed", { [mug]: 2, [pot]: 1 }));
    await tell("order.lines-changed", anOrder(id, 3, "confirmed", { [mug]: 5 }));
    expect([await unitsOf(mug), await unitsOf(pot)]).toEqual([5, 0]);
    await tell("order.cancelled", anOrder(id, 4, "cancelled", { [mug]: 5 }));
    expect(await unitsOf(mug)).toBe(0);
  });

  test("events that come twice, late or in the wrong order count once", async () => {
    const [mug] = await someIds();
    const id = newId();
    const confirmed = eventOf("order.confirmed", anOrder(id, 2, "confirmed", { [mug]: 3 }));
    const cancelled = eventOf("order.cancelled", anOrder(id, 3, "cancelled", { [mug]: 3 }));
    const other = eventOf("order.confirmed", anOrder(newId(), 2, "confirmed", { [mug]: 4 }));
    for (const event of [cancelled, confirmed, other, confirmed, other, cancelled])
      await catalog.bus.publish(ORDERS_EXCHANGE, [event]);
    expect(await unitsOf(mug)).toBe(4);
  });

  test("many orders of the same products at once lose no unit", async () => {
    const [mug, pot] = await someIds();
    await catalog.bus.publish(
      ORDERS_EXCHANGE,
      Array.from({ length: 40 }, (_, n) =>
        eventOf(
          "order.confirmed",
          anOrder(newId(), 2, "confirmed", n % 2 === 0 ? { [mug]: 1, [pot]: 2 } : { [pot]: 2, [mug]: 1 }),
        ),
      ),
    );
    expect([await unitsOf(mug), await unitsOf(pot)]).toEqual([40, 80]);
  });

  test("products that this shop does not know are passed over", async () => {
    await tell("order.confirmed", anOrder(newId(), 2, "confirmed", { [newId()]: 1 }));
  });

  test("the popular order puts what sold most first, and leaves the version alone", async () => {
    const category = await catalog.category("Popular");
    const [slow, fast] = [
      await catalog.product({ categoryId: category.id }),
      await catalog.product({ categoryId: category.id }),
    ];
    await tell("order.confirmed", anOrder(newId(), 2, "confirmed", { [slow.id]: 1, [fast.id]: 9 }));
    const { body } = await catalog.get("/v1/categories/popular/products?sort=popular");
    expect(body.items.map(({ id, version }) => [id, version])).toEqual([
      [fast.id, 1],
      [slow.id, 1],
    ]);
  });
});
