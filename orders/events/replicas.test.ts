import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { envelopeOf, type NewEvent } from "../../shared/outbox/outbox.ts";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "../testing/orders-under-test.ts";
import { productSnapshot, userSnapshot } from "../testing/snapshots.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
  await shop.service.start();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

type Fact = Pick<NewEvent, "type" | "subject" | "sequence" | "data">;

/** In process, publishing ends when the event has been handled. */
const publish = async (exchange: string, fact: Fact) => {
  const event = { ...fact, source: "/test", time: new Date() } as NewEvent;
  await shop.bus.publish(exchange, [envelopeOf(event, newId())]);
};

const productSaid = (
  product: ReturnType<typeof productSnapshot>,
  type: "product.created" | "product.updated",
) => publish("catalog.events", { type, subject: product.id, sequence: product.version, data: { product } });

const productGone = ({ id, sku }: { id: string; sku: string }, version: number) =>
  publish("catalog.events", {
    type: "product.deleted",
    subject: id,
    sequence: version,
    data: { id, sku, version },
  });

const userSaid = (user: ReturnType<typeof userSnapshot>) =>
  publish("auth.events", { type: "user.updated", subject: user.id, sequence: user.version, data: { user } });

const order = (sku: string, buyer = shop.person()) => shop.place(buyer, [{ sku, quantity: 1 }]);

describe("the replica of products", () => {
  test("follows the catalog, so that the catalog need not be asked", async () => {
    const product = productSnapshot("E-NEW");
    shop.inventory.stock("E-NEW", 10);
    await productSaid(product, "product.created");
    expect((await order("E-NEW")).body.total).toEqual({ amountMinor: 1299, currency: "USD" });
    const dearer = { ...product, version: 2, price: { amountMinor: 2000, currency: "USD" } };
    await productSaid(dearer, "product.updated");
    expect((await order("E-NEW")).body.total).toEqual({ amountMinor: 2000, currency: "USD" });
  });

  test("ignores old news and news that comes twice", async () => {
    const product = productSnapshot("E-OLD", { version: 5 });
    shop.inventory.stock("E-OLD", 10);
    await productSaid(product, "product.updated");
    const older = { ...product, version: 4, price: { amountMinor: 1, currency: "USD" } };
    await productSaid(older, "product.updated");
    await productSaid({ ...product, price: { amountMinor: 2, currency: "USD" } }, "product.updated");
    expect((await order("E-OLD")).body.total).toEqual({ amountMinor: 1299, currency: "USD" });
  });

  test("does not bring a deleted product back, also when its deletion is the first that is heard", async () => {
    const product = productSnapshot("E-GONE", { version: 1 });
    shop.inventory.stock("E-GONE", 10);
    await productGone(product, 3);
    await productSaid(product, "product.created");
    await productSaid({ ...product, version: 2 }, "product.updated");
    expect((await order("E-GONE")).status).toBe(422);
  });

  test("sells a SKU that has passed to another product", async () => {
    const [old, young] = [productSnapshot("E-HEIR"), productSnapshot("E-HEIR", { name: "The heir" })];
    shop.inventory.stock("E-HEIR", 10);
    await productSaid(old, "product.created");
    await productGone(old, 2);
    await productSaid(young, "product.created");
    const { status, body } = await order("E-HEIR");
    expect([status, body.lines[0]]).toMatchObject([201, { productId: young.id, name: "The heir" }]);
  });
});

describe("the replica of users", () => {
  test("keeps blocked and deleted users from ordering, whatever order the news comes in", async () => {
    const product = productSnapshot("E-USER");
    shop.inventory.stock("E-USER", 10);
    await productSaid(product, "product.created");
    const buyer = shop.person();
    await userSaid(userSnapshot(buyer.id, { version: 3, status: "blocked" }));
    await userSaid(userSnapshot(buyer.id, { version: 2 }));
    expect((await order("E-USER", buyer)).status).toBe(403);
    await userSaid(userSnapshot(buyer.id, { version: 4 }));
    expect((await order("E-USER", buyer)).status).toBe(201);
    const { id } = buyer;
    await publish("auth.events", {
      type: "user.deleted",
      subject: id,
      sequence: 6,
      data: { id, version: 6 },
    });
    await userSaid(userSnapshot(id, { version: 5 }));
    expect((await order("E-USER", buyer)).status).toBe(403);
  });
});
