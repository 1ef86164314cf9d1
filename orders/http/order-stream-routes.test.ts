import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
  await shop.service.start();
  shop.sell("L-MUG", 100);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

/** Reads a stream in the background until it ends or is left. */
const follow = async (as: Person) => {
  const leaving = new AbortController();
  const response = await shop.service.fetch(
    new Request("http://orders/v1/orders/stream", {
      headers: { authorization: `Bearer ${as.token}` },
      signal: leaving.signal,
    }),
  );
  let text = "";
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  const done = read();
  await waitFor(() => text.includes(": open"));
  return {
    response,
    done,
    text: () => text,
    ids: () => [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id),
    leave: () => leaving.abort(),
  };
};

const order = async (buyer: Person): Promise<string> =>
  (await shop.place(buyer, [{ sku: "L-MUG", quantity: 1 }])).body.id;

describe("the stream of orders", () => {
  test("shows a customer each change of their own orders, and nothing of others", async () => {
    const [buyer, other] = [shop.person(), shop.person()];
    const stream = await follow(buyer);
    const foreign = await order(other);
    const id = await order(buyer);
    await shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
    await waitFor(() => stream.ids().length >= 3);
    expect(stream.response.headers.get("content-type")).toStartWith("text/event-stream");
    expect(stream.ids()).toEqual([`${id}:1`, `${id}:2`, `${id}:3`]);
    expect(stream.text()).not.toContain(foreign);
    expect(stream.text()).toContain('"status":"cancelled"');
    stream.leave();
    await stream.done;
  });

  test("shows that an order was archived: it has another version", async () => {
    const buyer = shop.person();
    const id = await order(buyer);
    await shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
    const stream = await follow(buyer);
    await shop.call("DELETE", `/v1/orders/${id}`, { as: shop.person("admin") });
    await waitFor(() => stream.ids().includes(`${id}:4`));
    stream.leave();
    await stream.done;
  });

  test("shows staff the orders of all", async () => {
    const stream = await follow(shop.person("staff"));
    const ids = [await order(shop.person()), await order(shop.person())];
    await waitFor(() => ids.every((id) => stream.ids().includes(`${id}:2`)));
    stream.leave();
    await stream.done;
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
