import { z } from "zod";
import { assert, type Cast, hears, liveStock, order, productSchema, step } from "./cast.ts";

const stockSchema = z.object({ available: z.int() });
const orderSchema = z.object({ id: z.string(), number: z.string(), status: z.string() });
const shortSchema = z.object({ code: z.string(), shortages: z.array(z.object({ available: z.int() })) });
export type DemoOrder = z.infer<typeof orderSchema>;

/** A product, with three in stock. */
export const stockTheShelf = async (cast: Cast): Promise<void> => {
  const { api, sku, merchant } = cast;
  const token = merchant.accessToken;
  const price = { amountMinor: 4900, currency: process.env.CURRENCY ?? "USD" };
  const product = await step("Ada puts a lamp into the catalogue and three of it into stock", async () => {
    const body = {
      sku,
      name: `Demo lamp ${sku}`,
      description: "Shines for a walk through the shop.",
      price,
      status: "active",
    };
    await api.expect(201, z.looseObject({ id: z.string() }), "/v1/products", { method: "POST", body, token });
    const level = { onHand: 3, lowStockThreshold: 1, reason: "receipt" };
    await api.expect([200, 201], stockSchema, `/v1/stock/${sku}`, { method: "PUT", body: level, token });
    return liveStock(cast, 3);
  });
  await step("Ben finds it in the list of products", async () => {
    const list = await api.expect(
      200,
      z.object({ items: z.array(productSchema) }),
      `/v1/products?q=${encodeURIComponent(sku)}`,
    );
    assert(
      list.body.items.some((item) => item.id === product.id),
      "the list holds the lamp",
    );
  });
};

/** Ben buys two of three; the same request again is the same order. */
export const buy = async (cast: Cast): Promise<DemoOrder> => {
  const { sandbox, ben } = cast;
  const key = crypto.randomUUID();
  const before = await sandbox.lastMessageId(ben.personId);
  const bens = await step("Ben orders two, and the order is confirmed", async () => {
    const answer = await order(cast, ben, 2, key);
    assert(answer.status === 201, `the answer is 201, not ${answer.status} ${JSON.stringify(answer.body)}`);
    return orderSchema.parse(answer.body);
  });
  await step("Sent twice by mistake, it is still one order", async () => {
    const again = await order(cast, ben, 2, key);
    assert(
      again.status === 201 && again.headers.get("idempotency-replayed") === "true",
      "the answer is a replay",
    );
    assert(orderSchema.parse(again.body).id === bens.id, "it is the same order");
  });
  await step("Ben hears about it in his chat", () => hears(cast, ben, before, new RegExp(bens.number)));
  await step("The catalogue shows one left", () => liveStock(cast, 1));
  return bens;
};

/** Nobody buys what is not there, nobody reads what is not theirs. */
export const beRefused = async (cast: Cast, bens: DemoOrder): Promise<void> => {
  await step("Cleo wants two, and is told that there is one", async () => {
    const answer = await order(cast, cast.cleo, 2);
    assert(answer.status === 409, `the answer is 409, not ${answer.status}`);
    const { code, shortages } = shortSchema.parse(answer.body);
    assert(code === "OUT_OF_STOCK" && shortages[0]?.available === 1, "it names how many there are");
  });
  await step("Cleo cannot read Ben's order", async () => {
    const answer = await cast.api.send(`/v1/orders/${bens.id}`, { token: cast.cleo.accessToken });
    assert(answer.status === 404, "it is 404");
  });
};

/** Ben cancels, Ada restocks, Cleo buys the shop out. */
export const restockAndSellOut = async (cast: Cast, bens: DemoOrder): Promise<void> => {
  const { api, sandbox, sku, merchant, ben, cleo } = cast;
  const before = await sandbox.lastMessageId(ben.personId);
  await step("Ben cancels, and the lamps are back", async () => {
    const path = `/v1/orders/${bens.id}/cancel`;
    const { body } = await api.expect(200, orderSchema, path, {
      method: "POST",
      body: {},
      token: ben.accessToken,
    });
    assert(body.status === "cancelled", "the order is cancelled");
    await liveStock(cast, 3);
  });
  await step("Ben hears about that as well", () => hears(cast, ben, before, /cancel/i));
  await step("Ada receives five more", async () => {
    const call = {
      method: "POST",
      body: { delta: 5, reason: "receipt" },
      token: merchant.accessToken,
    } as const;
    await api.expect([200, 201], stockSchema, `/v1/stock/${sku}/adjustments`, call);
    await liveStock(cast, 8);
  });
  await step("Cleo orders eight and buys the shop out", async () => {
    assert((await order(cast, cleo, 8)).status === 201, "the order is confirmed");
    assert(!(await liveStock(cast, 0)).stock.inStock, "the lamp is out of stock");
  });
};

/** A token of a session that has ended opens nothing. */
export const leave = async ({ api, ben }: Cast): Promise<void> => {
  await step("Ben signs out, and his token opens nothing any more", async () => {
    await api.expect([200, 204], z.unknown(), "/v1/auth/logout", {
      method: "POST",
      body: {},
      token: ben.accessToken,
    });
    assert((await api.send("/v1/users/me", { token: ben.accessToken })).status === 401, "it is 401");
  });
};
