import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { ErasePersonAnswer } from "../shared/contracts/internal-people.ts";
import { newId } from "../shared/kernel/ids.ts";
import { envelopeOf, type NewEvent } from "../shared/outbox/outbox.ts";
import { parkedMessage } from "../shared/outbox/schema.ts";
import { forgettingErased } from "../shared/people/common-tables.ts";
import { internalHeaders } from "../shared/testing/service-under-test.ts";
import { saveUserCopies } from "./store/user-replica.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "./testing/orders-under-test.ts";
import { userSnapshot } from "./testing/snapshots.ts";

setDefaultTimeout(30_000);

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
  await shop.service.start();
  shop.sell("MUG", 10_000);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const address = { recipient: "Canary Person", line1: "Canary Street 1", city: "Canaryville", country: "DE" };
const place = async (as: Person, more: object = {}) => {
  const { status, body } = await shop.call("POST", "/v1/orders", {
    as,
    body: { lines: [{ sku: "MUG", quantity: 1 }], note: "Canary note", address, ...more },
    headers: { "idempotency-key": `Canary-${newId()}` },
  });
  expect({ status, code: body.code }).toMatchObject({ status: 201 });
  return body.id;
};

const staff = () => shop.person("staff");
const move = (id: string, status: string) =>
  shop.call("PATCH", `/v1/orders/${id}/status`, { as: staff(), body: { status } });

/** The time in which something of the person may still come has passed. */
const letSettle = () =>
  shop.database.db.execute(sql`update erased_person set begun_at = now() - interval '1 minute'`);

const erase = async ({ id }: Person, erasureId: string): Promise<ErasePersonAnswer> => {
  const body = { erasureId, userVersion: 5, telegramUserId: 7 };
  const answer = await shop.call("PUT", `/internal/people/${id}/erasure`, { body, headers: internalHeaders });
  expect(answer.status).toBe(200);
  return answer.body as unknown as ErasePersonAnswer;
};

/** What tables hold of the person's orders, as text. */
const held = async ({ id }: Person): Promise<string> => {
  const { rows } = await shop.database.db.execute(sql`
    select o::text, (select array_agg(t::text) from order_timeline t where t.order_id = o.id),
      (select array_agg(e::text) from outbox e where e.aggregate = o.id::text), (select s::text from saga s where s.order_id = o.id)
    from customer_order o where o.user_id = ${id}`);
  const { rows: keys } = await shop.database.db.execute(
    sql`select * from idempotency_key where principal = ${id}`,
  );
  return JSON.stringify([rows, keys]);
};

const userSaid = (id: string, version: number) => {
  const user = userSnapshot(id, { version, name: "Canary Person", phone: "+491701234567" });
  const event = { type: "user.updated", subject: id, sequence: version, data: { user } };
  const fact = { ...event, source: "/test", time: new Date() } as NewEvent;
  return shop.bus.publish("auth.events", [envelopeOf(fact, newId())]);
};
const copyOf = async ({ id }: Person) =>
  (await shop.database.db.execute(sql`select name, phone, deleted from user_replica where id = ${id}`)).rows;

describe("a person who is erased", () => {
  test("leaves orders without their words, their address and their key, and with all amounts", async () => {
    const buyer = shop.person();
    const id = await place(buyer);
    await shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer, body: { reason: "Canary reason" } });
    expect((await held(buyer)).match(/Canary/g)?.length).toBeGreaterThan(5);
    const erasureId = newId();
    expect((await erase(buyer, erasureId)).state).toBe("waiting");
    expect(await held(buyer)).not.toContain("Canary");
    await letSettle();
    const done = await erase(buyer, erasureId);
    expect(done).toMatchObject({ state: "done", retryAfterSeconds: null, kept: [{ count: 1 }] });
    expect(done.erased).toContainEqual({ what: "notes and addresses of orders", count: 1 });
    expect(await erase(buyer, erasureId)).toEqual(done);
    const order = await shop.call("GET", `/v1/orders/${id}`, { as: staff() });
    expect(order.body).toMatchObject({
      status: "cancelled",
      total: { amountMinor: 1299 },
      note: null,
      address: null,
    });
  });

  test("gets what is under way: its address goes when it has arrived", async () => {
    const buyer = shop.person();
    const id = await place(buyer);
    const erasureId = newId();
    await erase(buyer, erasureId);
    await letSettle();
    const waiting = await erase(buyer, erasureId);
    expect(waiting.state).toBe("waiting");
    expect(JSON.stringify(waiting.kept)).toContain("under way");
    for (const status of ["packed", "shipped"]) expect((await move(id, status)).status).toBe(200);
    expect((await shop.call("GET", `/v1/orders/${id}`, { as: staff() })).body).toMatchObject({ address });
    expect((await move(id, "delivered")).status).toBe(200);
    expect((await erase(buyer, erasureId)).state).toBe("done");
    expect(await held(buyer)).not.toContain("Canary");
  });

  test("buys nothing any more, and no late news and no page of auth's brings them back", async () => {
    const buyer = shop.person();
    await userSaid(buyer.id, 3);
    await erase(buyer, newId());
    await userSaid(buyer.id, 4);
    const stale = {
      deleted: false,
      name: "Canary Person",
      phone: null,
      role: "customer",
      status: "active",
    } as const;
    await saveUserCopies(shop.database.db, [{ key: buyer.id, version: 4, fields: stale }]);
    expect(await copyOf(buyer)).toEqual([{ name: "", phone: null, deleted: true }]);
    expect((await shop.place(buyer, [{ sku: "MUG", quantity: 1 }])).status).toBe(403);
  });

  test("is in no message that is parked later", async () => {
    const buyer = shop.person();
    await erase(buyer, newId());
    const user = userSnapshot(buyer.id, { name: "Canary Person" });
    const park = (content: object) =>
      shop.database.transaction(async (tx) => {
        const id = newId();
        const row = { id, queue: "orders.auth-events", error: "no", attempts: 5, ...content };
        await tx.insert(parkedMessage).values(row);
        const news = { id, queue: row.queue, type: "any", parkedAt: new Date() };
        await forgettingErased(async () => undefined)(tx, news);
        return id;
      });
    await park({ event: { type: "user.updated", data: { user } } });
    const device = { userId: buyer.id, device: "Canary on Linux", place: "203.0.113.7" };
    await park({ event: { type: "session.new-device", data: device } });
    const ended = await park({
      event: { type: "session.revoked", data: { ...device, sid: newId(), reason: "reuse" } },
    });
    const kept = await park({
      event: { type: "order.cancelled", data: { order: { userId: buyer.id }, reason: "Canary" } },
    });
    await park({ raw: `{"user":"${buyer.id}","name":"Canary"` });
    const others = await park({ event: { type: "user.updated", data: { user: { ...user, id: newId() } } } });
    const { rows } = await shop.database.db.execute<{ id: string; all: string }>(
      sql`select id, p::text as all from parked_message p`,
    );
    expect(
      rows.filter(({ id }) => id !== others && id !== "").some(({ all }) => all.includes("Canary")),
    ).toBe(false);
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining([ended, kept]));
    expect(rows.find(({ id }) => id === others)?.all).toContain("Canary");
  });

  test("is not erased twice under different names", async () => {
    const buyer = shop.person();
    await erase(buyer, newId());
    const body = { erasureId: newId(), userVersion: 5, telegramUserId: null };
    const answer = await shop.call("PUT", `/internal/people/${buyer.id}/erasure`, {
      body,
      headers: internalHeaders,
    });
    expect(answer.status).toBe(409);
  });
});

describe("an export", () => {
  test("comes page by page, with every order once, and tells nothing of others", async () => {
    const [buyer, other] = [shop.person(), shop.person()];
    const count = 230;
    const ids = await Promise.all(Array.from({ length: count }, () => place(buyer)));
    const foreign = await place(other);
    const found: string[] = [];
    let pages = 0;
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const { body, status } = await shop.call("GET", `/internal/people/${buyer.id}/export${query}`, {
        headers: internalHeaders,
      });
      expect(status).toBe(200);
      const page = body as unknown as {
        parts: string[];
        items: { part: string; record: { id: string; address: unknown; timeline: unknown[] } }[];
        nextCursor: string | null;
      };
      expect(page.parts).toEqual(["account", "orders", "actions", "requests"]);
      const orders = page.items.filter(({ part }) => part === "orders");
      for (const { record } of orders) expect(record).toMatchObject({ address, note: "Canary note" });
      found.push(...orders.map(({ record }) => record.id));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== null);
    expect(found.toSorted()).toEqual(ids.toSorted());
    expect(found).not.toContain(foreign);
    expect(pages).toBeGreaterThan(1);
  });

  test("is for services alone", async () => {
    const buyer = shop.person();
    for (const as of [buyer, staff(), shop.person("admin")])
      expect((await shop.call("GET", `/internal/people/${buyer.id}/export`, { as })).status).toBe(401);
  });
});
