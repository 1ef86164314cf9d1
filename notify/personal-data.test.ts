import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { ErasePersonAnswer } from "../shared/contracts/internal-people.ts";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

setDefaultTimeout(30_000);

const open = closedAfterEach(openShop);
type Shop = Awaited<ReturnType<typeof openShop>>;

const REASON = "Canary reason";

/** The buyer is known, an admin too, and both were told of an order that was cancelled with a reason. */
const withHistory = async (shop: Shop) => {
  const boss = await shop.people.started();
  await shop.known(shop.buyer);
  await shop.known(userSnapshot({ telegramUserId: boss.id, phone: boss.phone, role: "admin" }));
  const order = orderOf(shop.buyer);
  await shop.confirmed(order, "pending");
  await shop.cancelled({ ...order, status: "cancelled", version: 3 }, "confirmed", newId(), REASON);
  await shop.people.hears(boss.id, /Canary reason/);
  await shop.people.hears(shop.person.id, /Canary reason/);
  await shop.settled(5);
  return { boss, order };
};

const erase = async (shop: Shop, erasureId: string): Promise<ErasePersonAnswer> => {
  const body = { erasureId, userVersion: 9, telegramUserId: shop.person.id };
  const answer = await shop.internal("PUT", `/internal/people/${shop.buyer.id}/erasure`, body);
  expect(answer.status).toBe(200);
  return (await answer.json()) as ErasePersonAnswer;
};

const letSettle = ({ database }: Shop) =>
  database.db.execute(sql`update erased_person set begun_at = now() - interval '1 minute'`);

/** Places that hold what must be gone. */
const traces = async ({ database, buyer, person }: Shop): Promise<string[]> => {
  const { rows: tables } = await database.db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const dumps = await Promise.all(
    tables.map(async ({ name }) => ({
      name,
      text: JSON.stringify(
        // The sandbox counts updates and people from the same number on.
        (await database.db.execute(sql`select to_jsonb(t) - 'update_id' as t from ${sql.identifier(name)} t`))
          .rows,
      ),
    })),
  );
  const chatId = new RegExp(`:${person.id}[,}]`);
  return dumps.flatMap(({ name, text }) => [
    ...(text.includes("Canary") ? [`words in ${name}`] : []),
    ...(chatId.test(text) ? [`chat in ${name}`] : []),
    ...(text.includes(buyer.id) && !["chat", "erased_person", "inbox"].includes(name)
      ? [`id in ${name}`]
      : []),
  ]);
};

describe("a person who is erased", () => {
  test("leaves neither chat nor messages, nor the words that the admins were told", async () => {
    const shop = await open();
    await withHistory(shop);
    const before = await traces(shop);
    for (const place of ["words in delivery", "chat in order_card", "chat in chat"])
      expect(before).toContain(place);
    const erasureId = newId();
    expect((await erase(shop, erasureId)).state).toBe("waiting");
    expect(await traces(shop)).toEqual([]);
    await letSettle(shop);
    const done = await erase(shop, erasureId);
    expect(done.state).toBe("done");
    expect(done.erased).toContainEqual({ what: "chats", count: 1 });
    expect(await erase(shop, erasureId)).toEqual(done);
  });

  test("is not brought back by late news, a redelivery or a page of auth's, and nothing is sent to them", async () => {
    const shop = await open();
    const { order } = await withHistory(shop);
    await erase(shop, newId());
    const told = shop.inbox().length;
    await shop.known({ ...shop.buyer, version: 8 });
    await shop.cancelled({ ...order, status: "cancelled", version: 3 }, "confirmed", newId(), REASON);
    await shop.cancelled({ ...orderOf(shop.buyer), status: "cancelled" }, "confirmed", newId(), REASON);
    const { rows } = await shop.database.db.execute(
      sql`select chat_id, state from chat where user_id = ${shop.buyer.id}`,
    );
    expect(rows).toEqual([{ chat_id: null, state: "deleted" }]);
    await waitFor(
      async () => (await shop.list()).every(({ state }) => state !== "pending" && state !== "sending"),
      { what: "all deliveries to settle" },
    );
    expect((await traces(shop)).filter((trace) => !trace.startsWith("id in "))).toEqual([]);
    expect(shop.inbox().length).toBe(told);
  });

  test("is told at last, once however often it is asked for", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    await erase(shop, newId());
    const body = { erasureId: newId(), chatId: shop.person.id, language: "en" };
    const path = `/internal/people/${shop.buyer.id}/farewell`;
    const ask = async () => (await shop.internal("PUT", path, body)).json();
    const outcomes = await Promise.all([ask(), ask(), ask()]);
    expect(outcomes).toContainEqual({ outcome: "sent" });
    expect(await ask()).toEqual({ outcome: "sent" });
    const heard = shop.inbox().filter(({ text }) => text.includes(body.erasureId));
    expect(heard.length).toBe(1);
  });
});

test("an export holds the chat and every message with what it said", async () => {
  const shop = await open();
  const { order } = await withHistory(shop);
  const answer = await shop.internal("GET", `/internal/people/${shop.buyer.id}/export`);
  const page = (await answer.json()) as { items: { part: string; record: Record<string, unknown> }[] };
  const of = (name: string) => page.items.filter(({ part }) => part === name).map(({ record }) => record);
  expect(of("chat")).toMatchObject([{ chatId: shop.person.id }]);
  expect(of("orderCards")).toMatchObject([{ orderId: order.id }]);
  expect(JSON.stringify(of("deliveries"))).toContain(REASON);
});
