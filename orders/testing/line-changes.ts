import { expect } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { Answer, AnswerBody, OrdersUnderTest, Person } from "./orders-under-test.ts";

/** Where a line is. */
export type LinePlace = readonly [orderId: string, lineId: string];

export const pathOf = ([orderId, lineId]: LinePlace) => `/v1/orders/${orderId}/lines/${lineId}`;
/** What a product costs, to be sold by. */
export const price = (amountMinor: number) => ({ price: { amountMinor, currency: "USD" } });

/** Orders of this shop whose lines change. */
export const lineChangesOf = (shop: OrdersUnderTest) => {
  const change = (
    as: Person,
    place: LinePlace,
    quantity: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => shop.call("PATCH", pathOf(place), { as, body: { quantity }, headers });
  const read = async (as: Person, orderId: string): Promise<AnswerBody> =>
    (await shop.call("GET", `/v1/orders/${orderId}`, { as })).body;
  const timelineOf = async (as: Person, orderId: string) =>
    (await shop.call("GET", `/v1/orders/${orderId}/timeline`, { as })).body.items;
  /** A confirmed order of two lines, 2 of the one at 1.00 and 1 of the other at 0.10, of 10 that there are of each. */
  const ordered = async (name: string, payment: unknown = "manual") => {
    const [sku, other] = [`${name}-A`, `${name}-B`];
    shop.sell(sku, 10, price(100));
    shop.sell(other, 10, price(10));
    const buyer = shop.person();
    const lines = [
      { sku, quantity: 2 },
      { sku: other, quantity: 1 },
    ];
    const { status, body } = await shop.call("POST", "/v1/orders", { as: buyer, body: { lines, payment } });
    expect(status).toBe(201);
    const [a = "", b = ""] = body.lines.map(({ id }) => id);
    return { ...{ sku, other, buyer }, id: body.id, a: [body.id, a] as const, b: [body.id, b] as const };
  };

  /** A fresh instance takes over what another one left. */
  const recover = async (orderId: string): Promise<void> => {
    const fresh = shop.anotherInstance();
    await shop.makeSagasDue();
    await fresh.start();
    await waitFor(async () => (await shop.sagaOf(orderId)).finished, { what: "the saga to be finished" });
    await fresh.stop();
  };
  return { change, read, timelineOf, ordered, recover };
};
