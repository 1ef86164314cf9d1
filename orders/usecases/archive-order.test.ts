import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import {
  type Answer,
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
  shop.sell("A-MUG", 1_000);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const archive = (orderId: string, headers: Record<string, string> = {}, as = shop.person("admin")) =>
  shop.call("DELETE", `/v1/orders/${orderId}`, { as, headers });
const read = (orderId: string, as: Person) => shop.call("GET", `/v1/orders/${orderId}`, { as });
const move = (orderId: string, status: string): Promise<Answer> =>
  shop.call("PATCH", `/v1/orders/${orderId}/status`, { as: shop.person("staff"), body: { status } });

const placed = async (buyer = shop.person()) => {
  const { body } = await shop.place(buyer, [{ sku: "A-MUG", quantity: 1 }]);
  return { buyer, id: body.id };
};

const cancelled = async (buyer?: Person) => {
  const order = await placed(buyer);
  await shop.call("POST", `/v1/orders/${order.id}/cancel`, { as: order.buyer });
  return order;
};

const rejected = async () => {
  const buyer = shop.person();
  const { body } = await shop.place(buyer, [{ sku: "A-MUG", quantity: 9_999 }]);
  return { buyer, id: body.orderId };
};

describe("archiving an order", () => {
  test("puts it away and tells when, in a new version and on the timeline, but tells no other service", async () => {
    const { buyer, id } = await cancelled();
    const before = (await read(id, buyer)).body;
    const events = await shop.eventsOf(id);
    const admin = shop.person("admin");
    const { status, body } = await archive(id, {}, admin);
    expect([status, body]).toEqual([204, null as never]);

    const after = (await read(id, buyer)).body;
    expect(before).toMatchObject({ archivedAt: null, status: "cancelled" });
    expect(after).toMatchObject({ archivedAt: expect.any(String), status: "cancelled" });
    expect(after.version).toBe(before.version + 1);
    const { items } = (await shop.call("GET", `/v1/orders/${id}/timeline`, { as: buyer })).body;
    expect(items.at(-1)).toMatchObject({ what: "archived", actor: { kind: "staff", id: admin.id } });
    expect(await shop.eventsOf(id)).toEqual(events);
  });

  test("may be repeated, also at the same moment: it happens once", async () => {
    const { buyer, id } = await cancelled();
    const answers = await Promise.all(Array.from({ length: 8 }, () => archive(id)));
    const version = (await read(id, buyer)).body.version;
    const again = await archive(id);
    expect([...answers, again].map(({ status }) => status)).toEqual(Array(9).fill(204));
    expect((await read(id, buyer)).body.version).toBe(version);
    const { items } = (await shop.call("GET", `/v1/orders/${id}/timeline`, { as: buyer })).body;
    expect(items.filter(({ what }) => what === "archived")).toHaveLength(1);
  });

  test("honours If-Match", async () => {
    const { id } = await cancelled();
    const old = await archive(id, { "if-match": '"2"' });
    expect([old.status, old.body.code]).toEqual([412, "VERSION_MISMATCH"]);
    expect((await archive(id, { "if-match": '"3"' })).status).toBe(204);
  });

  test("is for rejected, cancelled, delivered and returned ones, and says so of every other", async () => {
    const { id } = await placed();
    const refusedWhile = async (status: string) => {
      const { status: answered, body } = await archive(id);
      expect([answered, body.code, (body as { detail?: string }).detail]).toEqual([
        409,
        "CONFLICT",
        `An order that is ${status} cannot be archived: only one that is rejected, cancelled, delivered or returned can.`,
      ]);
    };
    await refusedWhile("confirmed");
    for (const status of ["packed", "shipped"]) {
      await move(id, status);
      await refusedWhile(status);
    }
    await move(id, "delivered");
    expect((await archive(id)).status).toBe(204);
    expect((await archive((await rejected()).id)).status).toBe(204);
    const returned = await placed();
    for (const status of ["packed", "shipped", "returned"])
      expect([status, (await move(returned.id, status)).status]).toEqual([status, 200]);
    await waitFor(async () => (await shop.sagaOf(returned.id)).finished, {
      what: "the goods to be taken back",
    });
    expect((await archive(returned.id)).status).toBe(204);
    expect((await archive(newId())).status).toBe(404);
  });

  test("waits until its stock has been given back", async () => {
    const { buyer, id } = await placed();
    const gate = Promise.withResolvers<void>();
    shop.inventory.holdUp("release", "before", gate.promise);
    const cancelling = shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
    await waitFor(async () => (await read(id, buyer)).body.status === "cancelled", {
      what: "it to be cancelled",
    });
    expect((await archive(id)).status).toBe(409);
    gate.resolve();
    await cancelling;
    expect((await archive(id)).status).toBe(204);
  });

  test("is for admins only", async () => {
    const { buyer, id } = await cancelled();
    expect((await archive(id, {}, shop.person("staff"))).status).toBe(403);
    expect((await archive(id, {}, buyer)).status).toBe(403);
    expect((await shop.call("DELETE", `/v1/orders/${id}`)).status).toBe(401);
    expect((await archive("1")).status).toBe(422);
  });
});

describe("an archived order", () => {
  const list = async (as: Person, query = "") => {
    const { status, body } = await shop.call("GET", `/v1/orders${query}`, { as });
    return { status, ids: status === 200 ? body.items.map(({ id }) => id) : [] };
  };

  test("is left out of the lists of all; staff find it by asking for archived ones", async () => {
    const [buyer, staff] = [shop.person(), shop.person("staff")];
    const { id } = await cancelled(buyer);
    const open = await placed(buyer);
    await archive(id);
    expect((await list(buyer)).ids).toEqual([open.id]);
    expect((await list(staff, `?userId=${buyer.id}`)).ids).toEqual([open.id]);
    expect((await list(staff, `?userId=${buyer.id}&archived=false`)).ids).toEqual([open.id]);
    expect((await list(staff, `?userId=${buyer.id}&archived=true`)).ids).toEqual([id]);
    expect((await list(buyer, "?archived=true")).status).toBe(403);
    expect((await list(buyer, "?archived=yes")).status).toBe(422);
  });

  test("cannot be changed any more, but still read by who could", async () => {
    const { buyer, id } = await cancelled();
    await archive(id);
    const cancelling = await shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
    expect([cancelling.status, cancelling.body.code]).toEqual([409, "CONFLICT"]);
    for (const status of ["packed", "cancelled", "returned"])
      expect((await move(id, status)).status).toBe(409);
    expect((await read(id, buyer)).status).toBe(200);
    expect((await read(id, shop.person("staff"))).status).toBe(200);
    expect((await read(id, shop.person())).status).toBe(404);
  });
});
