import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { SUBSCRIPTIONS_MAX } from "./domain/back-in-stock.ts";
import { createBackInStockStore } from "./store/back-in-stock-store.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { openShop } from "./testing/open-shop.ts";

setDefaultTimeout(30_000);

const PATH = "/v1/notifications/back-in-stock";

const restocked = (
  sku: string,
  available: number,
  version: number,
  facts: { id?: string; quiet?: boolean } = {},
) => {
  const { quiet, id = newId() } = facts;
  const data = { sku, available, version, ...(quiet === undefined ? {} : { quiet }) };
  return envelopeOf("stock.restocked", sku, data, { id, sequence: version });
};
const low = (sku: string, version: number) =>
  envelopeOf("stock.low", sku, { sku, available: 0, threshold: 5, version }, { sequence: version });

const open = closedAfterEach(async () => {
  const shop = await openShop();
  await shop.known(shop.buyer);
  const as = `customer.${shop.buyer.id}`;
  const store = createBackInStockStore(shop.database.db);
  /** People with a chat who wait for the product, in this order; made and not started, since their messages are only counted. */
  const queueFor = async (sku: string, count: number) => {
    const users = Array.from({ length: count }, (_, i) => userSnapshot({ telegramUserId: 900_000 + i }));
    for (const user of users) await shop.known(user);
    for (const user of users) await store.add(user.id, sku, new Date());
    return users;
  };
  const toldOf = async (sku: string): Promise<string[]> => {
    const { rows } = await shop.database.db.execute<{ user_id: string }>(
      `select user_id from delivery where notice->>'template' = 'back-in-stock' and notice->>'sku' = '${sku}' order by position`,
    );
    return rows.map(({ user_id }) => user_id);
  };
  return { ...shop, as, store, queueFor, toldOf };
});

describe("notify-21: waiting for a product", () => {
  test("is asked for, listed, ended, and the caller's own", async () => {
    const { call, as } = await open();
    const path = `${PATH}/${encodeURIComponent("MUG BLUE/2")}`;
    expect((await call("GET", path, { as })).status).toBe(404);
    const first = (await (await call("PUT", path, { as })).json()) as { since: string };
    expect(first).toMatchObject({ sku: "MUG BLUE/2" });
    expect(await (await call("PUT", path, { as })).json()).toEqual(first);
    expect(await (await call("GET", path, { as })).json()).toEqual(first);
    expect(await (await call("GET", PATH, { as })).json()).toEqual({ items: [first] });
    expect(await (await call("GET", PATH, { as: `customer.${newId()}` })).json()).toEqual({ items: [] });
    expect((await call("DELETE", path, { as })).status).toBe(204);
    expect((await call("DELETE", path, { as })).status).toBe(204);
    expect((await call("GET", path, { as })).status).toBe(404);
    expect((await call("PUT", path)).status).toBe(401);
  });

  test("has an end", async () => {
    const { call, as, store, buyer } = await open();
    for (let i = 0; i < SUBSCRIPTIONS_MAX; i++) await store.add(buyer.id, `SKU-${i}`, new Date());
    expect((await call("PUT", `${PATH}/MUG`, { as })).status).toBe(409);
    expect((await call("PUT", `${PATH}/SKU-0`, { as })).status).toBe(200);
  });
});

describe("notify-21: when there is some again", () => {
  test("who waits is told once, also where the shop's people are not, and waits no more", async () => {
    const { call, as, publish, people, person, toldOf, inbox } = await open();
    await call("PUT", `${PATH}/MUG`, { as });
    await publish(restocked("MUG", 3, 2, { quiet: true }));
    await people.hears(person.id, /MUG is back in stock/);
    expect((await call("GET", `${PATH}/MUG`, { as })).status).toBe(404);
    await publish(restocked("MUG", 9, 4));
    expect(await toldOf("MUG")).toHaveLength(1);
    expect(inbox()).toHaveLength(1);
  });

  test("five are told of each piece, in the order in which they came; the others wait on", async () => {
    const { publish, queueFor, toldOf, store } = await open();
    const users = await queueFor("MUG", 12);
    await publish(restocked("MUG", 2, 2));
    const ids = users.map(({ id }) => id);
    expect(await toldOf("MUG")).toEqual(ids.slice(0, 10));
    await publish(restocked("MUG", 1, 4));
    expect(await toldOf("MUG")).toEqual(ids);
    expect(await store.take(new Map([["MUG", 100]]))).toEqual([]);
  });

  test("an event that comes again, or is older than what is known, tells nobody", async () => {
    const { publish, queueFor, toldOf } = await open();
    const [first, second] = await queueFor("MUG", 10);
    const event = restocked("MUG", 1, 3);
    await publish(event);
    await publish(event);
    await publish(restocked("MUG", 50, 2));
    const told = await toldOf("MUG");
    expect(told).toHaveLength(5);
    expect(told.slice(0, 2)).toEqual([first?.id ?? "", second?.id ?? ""]);
  });

  test("nobody is told of what is gone again", async () => {
    const { publish, queueFor, toldOf } = await open();
    await queueFor("MUG", 2);
    await publish(low("MUG", 3));
    await publish(restocked("MUG", 5, 2));
    expect(await toldOf("MUG")).toEqual([]);
  });

  test("who blocked the bot, or switched such news off, takes nobody's place and keeps their own", async () => {
    const { publish, queueFor, toldOf, call, store, database } = await open();
    const users = await queueFor("MUG", 8);
    const [blocked, silent, ...others] = users.map(({ id }) => id);
    await database.db.execute(`update chat set state = 'blocked' where user_id = '${blocked}'`);
    const body = { categories: { backInStock: false }, quietHours: null, language: null };
    await call("PUT", "/v1/notifications/preferences", { as: `customer.${silent}`, body });
    await publish(restocked("MUG", 1, 2));
    expect(await toldOf("MUG")).toEqual(others.slice(0, 5));
    expect(await store.find(blocked ?? "", "MUG")).not.toBeNull();
    expect(await store.find(silent ?? "", "MUG")).not.toBeNull();
  });

  test("of two who take at once each subscriber goes to exactly one", async () => {
    const { queueFor, store } = await open();
    await queueFor("MUG", 40);
    const takes = await Promise.all(Array.from({ length: 8 }, () => store.take(new Map([["MUG", 10]]))));
    const taken = takes.flat().map(({ userId }) => userId);
    expect(new Set(taken).size).toBe(taken.length);
    const rest = await store.take(new Map([["MUG", 40]]));
    expect(taken.length + rest.length).toBe(40);
    expect(taken.length).toBeGreaterThanOrEqual(10);
  });

  test("a subscription is gone exactly where its message is kept: a transaction that fails leaves both as they were", async () => {
    const { queueFor, database, store } = await open();
    await queueFor("MUG", 3);
    const failing = database.transaction(async (tx) => {
      expect(await createBackInStockStore(tx).take(new Map([["MUG", 3]]))).toHaveLength(3);
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow("on purpose");
    expect(await store.take(new Map([["MUG", 3]]))).toHaveLength(3);
  });
});

describe("bot-11: waiting for a product in the chat", () => {
  test("a link begins it, a button ends it and begins it again", async () => {
    const { people, person, store, buyer } = await open();
    await people.start(person.id, "b_MUG-1");
    const { messageId } = await people.hears(person.id, /We write to you once/);
    expect(await store.find(buyer.id, "MUG-1")).not.toBeNull();
    await people.tap(person.id, { messageId, label: "Don't tell me" });
    await waitFor(async () => (await store.find(buyer.id, "MUG-1")) === null, { what: "it to end" });
    const label = "🔔 Tell me when it is back";
    const isOffered = () => JSON.stringify(people.fromBot(person.id)).includes(label);
    await waitFor(isOffered, { what: "the other button" });
    await people.tap(person.id, { messageId, label });
    await waitFor(async () => (await store.find(buyer.id, "MUG-1")) !== null, { what: "it to begin again" });
  });

  test("who has no account is told how to get one, and a name that no product has is no button of ours", async () => {
    const { people, person, sandbox, store, buyer } = await open();
    const stranger = await people.started();
    await people.start(stranger.id, "b_MUG-1");
    await people.hears(stranger.id, /no account here/);
    const [greeting] = people.fromBot(person.id);
    await people.tap(person.id, { messageId: greeting?.messageId, data: "bs: x " });
    await waitFor(() => sandbox.outbox().some(({ method }) => method === "answerCallbackQuery"));
    expect(await store.list(buyer.id)).toEqual([]);
  });
});
