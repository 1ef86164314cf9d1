import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { RESUME_CHANGES_MAX } from "../../shared/http/change-stream.ts";
import { createStreamIds, streamKeys } from "../../shared/http/stream-ids.ts";
import type { Service } from "../../shared/runtime/service.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";

interface FollowOptions {
  readonly lastEventId?: string;
  readonly at?: Service;
}

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
  await shop.service.start();
  shop.sell("L-MUG", 100);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

interface News {
  readonly id: string;
  readonly version: number;
  readonly status: string;
}

/** Reads a stream in the background until it ends or is left. */
const follow = async (as: Person, { lastEventId, at = shop.service }: FollowOptions = {}) => {
  const leaving = new AbortController();
  const response = await at.fetch(
    new Request("http://orders/v1/orders/stream", {
      headers: {
        authorization: `Bearer ${as.token}`,
        ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
      },
      signal: leaving.signal,
    }),
  );
  let text = "";
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  const done = read();
  await waitFor(() => text.includes("\nid: ") || text.includes("event: "), { what: "the first id" });
  const news = () =>
    [...text.matchAll(/event: order\ndata: (.*)\n/g)].map(([, data]): News => JSON.parse(data ?? ""));
  return {
    response,
    done,
    text: () => text,
    news,
    /** How far an order has been shown. */
    versionOf: (orderId: string) => news().findLast(({ id }) => id === orderId)?.version ?? 0,
    lastId: () => [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? "",
    resyncs: () => [...text.matchAll(/event: resync\ndata: (.*)\n/g)].map(([, data]) => data),
    leave: () => {
      leaving.abort();
      return done;
    },
  };
};

const order = async (buyer: Person): Promise<string> =>
  (await shop.place(buyer, [{ sku: "L-MUG", quantity: 1 }])).body.id;

describe("the stream of orders", () => {
  test("shows a customer what becomes of their own orders, and nothing of others", async () => {
    const [buyer, other] = [shop.person(), shop.person()];
    const stream = await follow(buyer);
    const foreign = await order(other);
    const id = await order(buyer);
    await shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
    await waitFor(() => stream.versionOf(id) === 3);
    expect(stream.response.headers.get("content-type")).toStartWith("text/event-stream");
    expect(stream.news().at(-1)).toMatchObject({ id, status: "cancelled", userId: buyer.id });
    const versions = stream.news().map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(stream.text()).not.toContain(foreign);
    await stream.leave();
  });

  test("shows that an order was archived: it has another version", async () => {
    const buyer = shop.person();
    const id = await order(buyer);
    await shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
    const stream = await follow(buyer);
    await shop.call("DELETE", `/v1/orders/${id}`, { as: shop.person("admin") });
    await waitFor(() => stream.versionOf(id) === 4);
    await stream.leave();
  });

  test("shows staff the orders of all", async () => {
    const stream = await follow(shop.person("staff"));
    const ids = [await order(shop.person()), await order(shop.person())];
    await waitFor(() => ids.every((id) => stream.versionOf(id) === 2));
    await stream.leave();
  });

  test("needs a token", async () => {
    expect((await shop.call("GET", "/v1/orders/stream")).status).toBe(401);
  });

  test("ends when the service stops", async () => {
    const own = await ordersUnderTest();
    await own.service.start();
    const response = await own.service.fetch(
      new Request("http://orders/v1/orders/stream", {
        headers: { authorization: `Bearer ${own.person().token}` },
      }),
    );
    const ended = response.text();
    await own.close();
    expect(await ended).toContain(": open");
  });
});

describe("a reader of orders who comes back", () => {
  for (const role of ["customer", "staff"] as const) {
    test(`gets what it missed, at any instance, and then what happens: ${role}`, async () => {
      const buyer = shop.person();
      const reader = role === "staff" ? shop.person("staff") : buyer;
      const twin = shop.anotherInstance();
      await twin.start();
      const first = await follow(reader);
      const seen = await order(buyer);
      await waitFor(() => first.versionOf(seen) === 2);
      await first.leave();

      await shop.call("POST", `/v1/orders/${seen}/cancel`, { as: buyer });
      const missed = await order(buyer);
      const second = await follow(reader, { lastEventId: first.lastId(), at: twin });
      await waitFor(() => second.versionOf(seen) === 3 && second.versionOf(missed) === 2);
      const live = await order(buyer);
      await waitFor(() => second.versionOf(live) === 2);
      expect(second.resyncs()).toEqual([]);
      expect(second.news().filter(({ id, version }) => id === seen && version < 3)).toEqual([]);
      await second.leave();
    });
  }

  test("has a place to come back to from the beginning, before anything has happened", async () => {
    const buyer = shop.person();
    const first = await follow(buyer);
    await first.leave();
    const id = await order(buyer);
    const second = await follow(buyer, { lastEventId: first.lastId() });
    await waitFor(() => second.versionOf(id) === 2);
    await second.leave();
  });

  test("is told to read again, once, where its id is none of ours, and goes on live with a new one", async () => {
    const buyer = shop.person();
    const foreign = createStreamIds("stock", streamKeys.sku).encode({ tx: "1", key: "MUG" });
    const future = createStreamIds("orders", streamKeys.uuid).encode({
      tx: "9".repeat(18),
      key: crypto.randomUUID(),
    });
    const notAnOrder = createStreamIds("orders", streamKeys.sku).encode({ tx: "1", key: "MUG" });
    for (const lastEventId of ["nonsense", foreign, future, notAnOrder, "%00", "x".repeat(2_000)]) {
      const stream = await follow(buyer, { lastEventId });
      const id = await order(buyer);
      await waitFor(() => stream.versionOf(id) === 2);
      expect(stream.response.status).toBe(200);
      expect(stream.resyncs()).toHaveLength(1);
      await stream.leave();
      const again = await follow(buyer, { lastEventId: stream.lastId() });
      expect(again.resyncs()).toEqual([]);
      await again.leave();
    }
  });

  test("is told to read again where it missed more than is sent", async () => {
    const own = await ordersUnderTest();
    await own.service.start();
    const staff = own.person("staff");
    const first = await follow(staff, { at: own.service });
    await own.database.db.execute(sql`
      insert into customer_order (id, user_id, status, version, currency, total_minor, created_at, updated_at)
      select gen_random_uuid(), ${own.person().id}::uuid, 'confirmed', 2, 'USD', 1, now(), now()
      from generate_series(1, ${RESUME_CHANGES_MAX + 1})`);
    const id = first.lastId();
    await first.leave();
    // Transactions of others on the server may keep the horizon back for a moment.
    await waitFor(async () => {
      const second = await follow(staff, { lastEventId: id, at: own.service });
      await second.leave();
      return second.resyncs()[0] === '{"reason":"missed"}' && second.news().length === 0;
    });
    await own.close();
  });
});
