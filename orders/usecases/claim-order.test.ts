import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { orderCardSchema } from "../../shared/contracts/internal-api.ts";
import { internalHeaders } from "../../shared/testing/service-under-test.ts";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
  shop.sell("C-MUG", 1_000);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const placed = async () => {
  const buyer = shop.person();
  const { body } = await shop.place(buyer, [{ sku: "C-MUG", quantity: 1 }]);
  return { buyer, id: body.id };
};
const claim = (id: string, as = shop.person("staff"), headers: Record<string, string> = {}) =>
  shop.call("PUT", `/v1/orders/${id}/claim`, { as, headers });
const release = (id: string, as = shop.person("staff")) =>
  shop.call("DELETE", `/v1/orders/${id}/claim`, { as });
const move = (id: string, status: string) =>
  shop.call("PATCH", `/v1/orders/${id}/status`, { as: shop.person("staff"), body: { status } });

describe("bot-10: claiming an order", () => {
  test("bot-10: of many at the same moment exactly one gets it, and the others are told who", async () => {
    const { id } = await placed();
    const people = Array.from({ length: 12 }, () => shop.person("staff"));
    const answers = await Promise.all(people.map((one) => claim(id, one)));
    const winners = people.filter((_, i) => answers[i]?.status === 200);
    expect(winners).toHaveLength(1);
    const [winner] = winners;
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { status, body } of refused)
      expect([status, body]).toEqual([409, expect.objectContaining({ claimedBy: winner?.id })]);
    const read = await shop.call("GET", `/v1/orders/${id}`, { as: people[0] as (typeof people)[0] });
    expect(read.body).toMatchObject({ claim: { by: winner?.id }, claimable: false, version: 3 });
    const types = (await shop.eventsOf(id)).map(({ type }) => type);
    expect(types).toEqual(["order.created", "order.confirmed", "order.claim-changed"]);
  });

  test("bot-10: again it changes nothing; it is given back by who has it, or by an admin", async () => {
    const { id } = await placed();
    const [ann, bob, boss] = [shop.person("staff"), shop.person("staff"), shop.person("admin")];
    await claim(id, ann);
    expect((await claim(id, ann)).body.version).toBe(3);
    expect((await release(id, bob)).status).toBe(409);
    expect((await release(id, ann)).body).toMatchObject({ claim: null, claimable: true, version: 4 });
    expect((await release(id, ann)).body.version).toBe(4);
    await claim(id, bob);
    expect((await release(id, boss)).body).toMatchObject({ claim: null, version: 6 });
    const { body } = await shop.call("GET", `/v1/orders/${id}/timeline`, { as: ann });
    expect(body.items.slice(-4).map(({ what, actor }) => [what, (actor as { id: string }).id])).toEqual([
      ["claimed", ann.id],
      ["claim-released", ann.id],
      ["claimed", bob.id],
      ["claim-released", boss.id],
    ]);
  });

  test("bot-10: it honours If-Match, is for the shop's people, and ends where nothing is left to do", async () => {
    const { buyer, id } = await placed();
    expect((await claim(id, buyer)).status).toBe(403);
    expect((await claim(id, shop.person("staff"), { "if-match": '"1"' })).status).toBe(412);
    await move(id, "packed");
    expect((await claim(id)).status).toBe(200);
    await move(id, "shipped");
    await release(id, shop.person("admin"));
    expect(await claim(id)).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  });
});

describe("bot-9: what the shop's people are told of an order", () => {
  test("bot-9: where they may bring it, by the state machine; its buyer is not told", async () => {
    const { buyer, id } = await placed();
    const as = shop.person("staff");
    const next = async () =>
      (await shop.call("GET", `/v1/orders/${id}`, { as })).body as unknown as { nextStatuses: string[] };
    expect((await next()).nextStatuses).toEqual(["packed", "cancelled"]);
    expect((await move(id, "packed")).body).toMatchObject({ nextStatuses: ["shipped", "cancelled"] });
    await move(id, "shipped");
    await move(id, "delivered");
    expect((await next()).nextStatuses).toEqual(["returned"]);
    await shop.call("DELETE", `/v1/orders/${id}`, { as: shop.person("admin") });
    expect((await next()).nextStatuses).toEqual([]);
    const own = await shop.call("GET", `/v1/orders/${id}`, { as: buyer });
    expect(Object.keys(own.body)).not.toContain("nextStatuses");
    expect(Object.keys(own.body)).not.toContain("claim");
    const { body } = await shop.call("GET", "/v1/orders?limit=1", { as: buyer });
    expect(Object.keys(body.items[0] ?? {})).not.toContain("claimable");
  });

  test("bot-9: a card is read by the inside alone, with the words that came with its status", async () => {
    const { buyer, id } = await placed();
    await move(id, "packed");
    await shop.call("PATCH", `/v1/orders/${id}/status`, {
      as: shop.person("staff"),
      body: { status: "shipped", reason: "DHL 00340434" },
    });
    const path = `/internal/orders/${id}`;
    expect((await shop.call("GET", path, { as: buyer })).status).toBe(401);
    const { status, body } = await shop.call("GET", path, { headers: { ...internalHeaders } });
    expect(status).toBe(200);
    expect(orderCardSchema.parse(body)).toMatchObject({
      status: "shipped",
      reason: "DHL 00340434",
      version: 4,
    });
  });
});
