import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { categories, changed, type PreferenceChange } from "./domain/preferences.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { createPreferenceStore } from "./store/preference-store.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

setDefaultTimeout(30_000);

const PATH = "/v1/notifications/preferences";
const nothing = { categories: {}, quietHours: null, language: null };
const noOther = { channels: { email: false, webhook: false }, email: "off" };
const broadcast = {
  template: "broadcast",
  broadcastId: newId(),
  texts: { en: "Sale: <tea> & mugs", ar: "تخفيضات" },
} as const;

const open = closedAfterEach(async () => {
  const shop = await openShop();
  await shop.known(shop.buyer);
  const as = `customer.${shop.buyer.id}`;
  const put = (body: unknown, token = as) => shop.call("PUT", PATH, { as: token, body });
  /** A message of the shop to many, to the buyer. */
  const advertise = async () => {
    const [delivery] = await shop.database.transaction((tx) =>
      createDeliveryStore(tx).enqueue(
        [
          {
            ...{
              id: newId(),
              dedupeKey: newId(),
              class: "broadcast",
              userId: shop.buyer.id,
              notice: broadcast,
            },
            expiresAt: new Date(Date.now() + 86_400_000),
          },
        ],
        new Date(),
      ),
    );
    if (delivery === undefined) throw new Error("it was not put into the queue");
    return delivery;
  };
  const stateOf = async (id: string) => (await createDeliveryStore(shop.database.db).find(id))?.state;
  return { ...shop, as, put, advertise, stateOf };
});
type Open = Awaited<ReturnType<typeof open>>;

/** A span of quiet around this moment, by the clock of UTC. */
const quietNow = () => {
  const around = (hours: number) =>
    `${new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 13)}:00`;
  return { from: around(-2), to: around(3) };
};

describe("notify-22: preferences over HTTP", () => {
  test("are the usual ones until they are chosen, replaced as a whole, and the caller's own", async () => {
    const { call, put, as } = await open();
    const usual = {
      categories: { orders: true, backInStock: true, marketing: false },
      ...{ quietHours: null, timezone: "UTC", language: null, ...noOther },
    };
    expect(await (await call("GET", PATH, { as })).json()).toEqual(usual);
    const body = {
      categories: { orders: false, marketing: true },
      ...{ quietHours: { from: "22:00", to: "08:00" }, language: "ar" },
    };
    const answer = await put(body);
    expect(answer.status).toBe(200);
    const chosen = { ...usual, ...body, categories: { orders: false, backInStock: true, marketing: true } };
    expect(await answer.json()).toEqual(chosen);
    expect(await (await call("GET", PATH, { as })).json()).toEqual(chosen);
    const others = await call("GET", PATH, { as: `customer.${newId()}` });
    expect(await others.json()).toEqual(usual);
    expect(await (await put(nothing)).json()).toEqual(usual);
  });

  test("of alerts are for the shop's people alone", async () => {
    const { put } = await open();
    const body = { ...nothing, categories: { stockAlerts: false } };
    expect((await put(body)).status).toBe(403);
    const answer = await put(body, `staff.${newId()}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ categories: { stockAlerts: false, orderAlerts: true } });
  });

  test("that make no sense are refused", async () => {
    const { put, call } = await open();
    const refused = [
      { ...nothing, quietHours: { from: "22:00", to: "22:00" } },
      { ...nothing, quietHours: { from: "24:00", to: "08:00" } },
      { ...nothing, quietHours: { from: "22:00" } },
      { ...nothing, categories: { security: false } },
      { ...nothing, language: "fr" },
      { categories: {} },
    ];
    for (const body of refused) expect((await put(body)).status).toBe(422);
    expect((await call("GET", PATH)).status).toBe(401);
  });

  test("are not kept of who was deleted", async () => {
    const { put, internal, buyer, person } = await open();
    const body = { erasureId: newId(), userVersion: 9, telegramUserId: person.id };
    await internal("PUT", `/internal/people/${buyer.id}/erasure`, body);
    expect((await put(nothing)).status).toBe(404);
  });
});

test("notify-22: of choices that are made at once none is lost", async () => {
  const { database, buyer } = await open();
  const store = createPreferenceStore(database);
  const changes: readonly PreferenceChange[] = [
    ...categories.map((category) => ({ kind: "category", category, on: false }) as const),
    { kind: "quiet-hours", quietHours: { from: "22:00", to: "08:00" } },
    { kind: "language", language: "ar" },
  ];
  const change = (one: PreferenceChange) =>
    store.update(buyer.id, (before) => changed(before, one), new Date());
  await Promise.all(changes.map(change));
  expect(await store.find(buyer.id)).toEqual({
    choices: Object.fromEntries(categories.map((category) => [category, false])),
    ...{ quietHours: { from: "22:00", to: "08:00" }, language: "ar", channels: {} },
  });
});

describe("notify-22: what a person has switched off", () => {
  test("is not sent, but what they have not is", async () => {
    const shop = await open();
    await shop.put({ ...nothing, categories: { orders: false } });
    await shop.confirmed(orderOf(shop.buyer), "pending");
    const [card] = await shop.settled(1);
    expect(card).toMatchObject({ state: "suppressed", reason: "switched off by the person", attempts: 0 });
    await shop.put(nothing);
    await shop.confirmed(orderOf(shop.buyer, { number: "K-2" }), "pending");
    await shop.people.hears(shop.person.id, /K-2/);
    expect(shop.inbox()).toHaveLength(1);
  });

  test("is not sent either where they did so while it waited", async () => {
    const shop = await open();
    await shop.put({ ...nothing, categories: { marketing: true }, quietHours: quietNow() });
    const { id, state } = await shop.advertise();
    expect(state).toBe("pending");
    await shop.put(nothing);
    await waitFor(async () => (await shop.stateOf(id)) === "suppressed", { what: "it to be suppressed" });
    expect(shop.inbox()).toEqual([]);
  });

  test("does not take an admin's other alerts along", async () => {
    const shop = await open();
    const boss = await shop.people.started();
    const admin = userSnapshot({ telegramUserId: boss.id, role: "admin" });
    await shop.known(admin);
    await shop.put({ ...nothing, categories: { orderAlerts: false } }, `admin.${admin.id}`);
    await shop.confirmed(orderOf(shop.buyer), "pending");
    const settled = await shop.settled(2);
    const alert = settled.find(({ userId }) => userId === admin.id);
    expect(alert).toMatchObject({ template: "order-alert", state: "suppressed" });
  });
});

describe("notify-22: quiet hours", () => {
  test("hold advertising back until they end or are lifted, and nothing else", async () => {
    const shop = await open();
    await shop.put({ ...nothing, categories: { marketing: true }, quietHours: quietNow() });
    const held = await shop.advertise();
    expect(held.nextAt.toISOString()).toMatch(new RegExp(`T${quietNow().to}:00.000Z$`));
    await shop.confirmed(orderOf(shop.buyer), "pending");
    await shop.people.hears(shop.person.id, /K-1001/);
    expect(await shop.stateOf(held.id)).toBe("pending");
    await shop.put({ ...nothing, categories: { marketing: true } });
    const heard = await shop.people.hears(shop.person.id, /Sale/);
    expect(heard.text).toBe("Sale: <tea> & mugs");
  });

  test("that begin while it waits hold it back too", async () => {
    const shop = await open();
    await shop.put({ ...nothing, categories: { marketing: true }, quietHours: quietNow() });
    const { id } = await shop.advertise();
    // Other hours, which are quiet now as well: what was held is looked at again, and waits for their end.
    const { from } = quietNow();
    const to = `${quietNow().to.slice(0, 2)}:30`;
    await shop.put({ ...nothing, categories: { marketing: true }, quietHours: { from, to } });
    const store = createDeliveryStore(shop.database.db);
    await waitFor(
      async () => (await store.find(id))?.nextAt.toISOString().includes(`T${to}:00.000Z`) === true,
      { what: "it to wait for the other end" },
    );
    expect(await store.find(id)).toMatchObject({ state: "pending", reason: "quiet hours" });
    expect(shop.inbox()).toEqual([]);
  });
});

test("notify-22: a language that was chosen for messages goes before the account's", async () => {
  const shop = await open();
  await shop.put({ ...nothing, language: "ar" });
  await shop.confirmed(orderOf(shop.buyer), "pending");
  await shop.people.hears(shop.person.id, /تم التأكيد/);
});

const labels = (buttons: { label: string }[][]) => buttons.flat().map(({ label }) => label);

describe("bot-12: /notifications", () => {
  const settings = async ({ people, person }: Open) => {
    await people.say(person.id, "/notifications");
    return people.hears(person.id, /What this bot tells you/);
  };

  test("shows each choice as a button, and a tap changes it at once, in the message and over HTTP", async () => {
    const shop = await open();
    const { people, person, call, as } = shop;
    const { messageId, buttons } = await settings(shop);
    expect(labels(buttons as { label: string }[][])).toEqual([
      "✅ News of my orders",
      "✅ Products that are back",
      "⬜ Offers and news of the shop",
      "🌙 Quiet hours: begin",
      "🌐 Language: as in my account",
    ]);
    for (const label of ["⬜ Offers and news of the shop", "🌙 Quiet hours: begin"])
      await people.tap(person.id, { messageId, label });
    await people.hears(person.id, /Quiet hours: 22:00–08:00/);
    expect(await (await call("GET", PATH, { as })).json()).toMatchObject({
      categories: { orders: true, marketing: true },
      quietHours: { from: "22:00", to: "08:00" },
    });
  });

  test("has an answer for who has no account, and for a choice that theirs does not have", async () => {
    const { people, person, sandbox, database } = await open();
    const stranger = await people.started();
    await people.say(stranger.id, "/notifications");
    await people.hears(stranger.id, /no account here/);
    const { messageId } = await (async () => {
      await people.say(person.id, "/notifications");
      return people.hears(person.id, /What this bot tells you/);
    })();
    await people.tap(person.id, { messageId, data: "pf:stockAlerts.0" });
    await people.tap(person.id, { messageId, data: "pf:nonsense.1" });
    const answers = () => sandbox.outbox().filter(({ method }) => method === "answerCallbackQuery");
    await waitFor(() => answers().length === 2, { what: "both taps to be answered" });
    expect((await database.db.execute("select * from preference")).rows).toEqual([]);
  });
});

describe("notify-22: no more offers", () => {
  test("by /stop, which leaves the news of orders", async () => {
    const shop = await open();
    await shop.put({ ...nothing, categories: { marketing: true } });
    await shop.people.say(shop.person.id, "/stop");
    await shop.people.hears(shop.person.id, /No more offers/);
    expect((await shop.advertise()).state).toBe("suppressed");
    await shop.confirmed(orderOf(shop.buyer), "pending");
    await shop.people.hears(shop.person.id, /K-1001/);
  });

  test("by the button below an offer, which goes with it", async () => {
    const shop = await open();
    const { people, person } = shop;
    await shop.put({ ...nothing, categories: { marketing: true } });
    await shop.advertise();
    const { messageId, buttons } = await people.hears(person.id, /Sale/);
    expect(labels(buttons as { label: string }[][])).toEqual(["No more offers"]);
    await people.tap(person.id, { messageId, label: "No more offers" });
    const buttonsNow = () =>
      people.fromBot(person.id).find((one) => one.messageId === messageId)?.buttons ?? [];
    await waitFor(() => buttonsNow().flat().length === 0, { what: "the button to go" });
    expect((await shop.advertise()).state).toBe("suppressed");
  });
});

test("notify-22: choices are in the export of a person's data and go with their erasure", async () => {
  const { put, internal, call, buyer, person, as, database } = await open();
  await put({ ...nothing, categories: { marketing: true } });
  await call("PUT", "/v1/notifications/back-in-stock/MUG", { as });
  const page = (await (await internal("GET", `/internal/people/${buyer.id}/export`)).json()) as {
    items: { part: string; record: unknown }[];
  };
  const of = (name: string) => page.items.filter(({ part }) => part === name).map(({ record }) => record);
  expect(of("preferences")).toMatchObject([{ choices: { marketing: true } }]);
  expect(of("backInStock")).toMatchObject([{ sku: "MUG" }]);
  const body = { erasureId: newId(), userVersion: 9, telegramUserId: person.id };
  await internal("PUT", `/internal/people/${buyer.id}/erasure`, body);
  for (const table of ["preference", "back_in_stock"])
    expect((await database.db.execute(`select * from ${table}`)).rows).toEqual([]);
});
