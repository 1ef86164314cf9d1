import { expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createWebhookQueue } from "./store/channel-queue.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, type OpenNotifyOptions } from "./testing/open-notify.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";
import { isSignedBy, openReceiver, type Received } from "./testing/webhook-receiver.ts";

setDefaultTimeout(60_000);

const PATH = "/v1/webhooks";
const HOUR_MS = 3_600_000;
const admin = `admin.${newId()}`;

interface Shown {
  readonly id: string;
  readonly active: boolean;
  readonly failures: number;
  readonly pausedUntil: string | null;
  readonly offReason: string | null;
  readonly lastFailure: string | null;
  readonly signingSecret?: string;
  readonly deliveries: readonly {
    id: string;
    type: string;
    state: string;
    attempts: number;
    reason: string;
  }[];
}

const open = closedAfterEach(async (options: OpenNotifyOptions = {}) => {
  const { make: another, ...shop } = await openShop(options);
  await shop.known(shop.buyer);
  const receiver = openReceiver();
  const ask = async <Body = Shown>(method: string, path: string, body?: unknown, as = admin) => {
    const answer = await shop.call(method, path, { as, body });
    const text = await answer.text();
    return { status: answer.status, body: (text === "" ? null : JSON.parse(text)) as Body };
  };
  const make = async (fields: object = {}) => {
    const { status, body } = await ask("POST", PATH, { url: receiver.url(), events: ["order.*"], ...fields });
    expect(status).toBe(201);
    return { id: body.id, secret: body.signingSecret ?? "" };
  };
  const read = async (id: string) => (await ask("GET", `${PATH}/${id}`)).body;
  return {
    ...{ ...shop, another, receiver, ask, make, read },
    /** An order of the buyer is confirmed; answers its event's id. */
    async order(facts: Parameters<typeof orderOf>[1] = {}) {
      const order = orderOf(shop.buyer, facts);
      await shop.confirmed(order, "pending");
      return order;
    },
    untilIs: (id: string, is: (webhook: Shown) => boolean, what: string) =>
      waitFor(
        async () => {
          const webhook = await read(id);
          return is(webhook) && webhook;
        },
        { what, timeoutMs: 20_000 },
      ),
    async close() {
      await shop.close();
      await receiver.close();
    },
  };
});

const idOf = ({ headers }: Received) => headers.get("webhook-id");

test("parity 26: an event of the shop is posted as JSON, signed, and the list says what became of it", async () => {
  const { make, order, receiver, untilIs, list } = await open();
  const { id, secret } = await make({ events: ["order.confirmed"] });
  const placed = await order();
  const [heard] = await receiver.hears(1);
  if (heard === undefined) throw new Error("nothing came");
  expect(isSignedBy(secret, heard)).toBe(true);
  expect(isSignedBy(`whsec_${Buffer.alloc(32).toString("base64")}`, heard)).toBe(false);
  const { lines, total } = placed;
  expect(heard.body).toMatchObject({
    ...{ id: idOf(heard), type: "order.confirmed", sequence: placed.version, subject: placed.id },
    data: {
      order: { id: placed.id, status: "confirmed", lines, total },
      previousStatus: "pending",
      reason: null,
    },
  });
  const { deliveries } = await untilIs(
    id,
    (one) => one.deliveries[0]?.state === "sent",
    "the call to be recorded",
  );
  expect(deliveries).toMatchObject([{ id: idOf(heard), type: "order.confirmed", attempts: 1 }]);
  const listed = (await list()).find((one) => one.id === idOf(heard));
  expect(listed).toMatchObject({ channel: "webhook", userId: id, state: "sent", template: "shop-event" });
});

test("a webhook hears what it listens to, and one that is switched off hears nothing", async () => {
  const { make, order, receiver, publish, cancelled, ask } = await open();
  await make({ events: ["stock.*", "order.cancelled"] });
  const off = await make({ url: receiver.url("/off"), active: false });
  const placed = await order();
  const stock = { sku: "MUG", available: 1, threshold: 5, version: 3 };
  await publish(envelopeOf("stock.low", "MUG", stock, { sequence: 3 }));
  await cancelled({ ...placed, status: "cancelled", version: 3 }, "confirmed", newId(), "changed my mind");
  const heard = await receiver.hears(2);
  expect(heard.map(({ body }) => body.type).toSorted()).toEqual(["order.cancelled", "stock.low"]);
  expect(heard.find(({ body }) => body.type === "order.cancelled")?.body.data.reason).toBe("changed my mind");
  expect((await ask("GET", `${PATH}/${off.id}`)).body.deliveries).toEqual([]);
});

test("a call that fails is made again with the same id, later and later, and an event that comes twice is posted once", async () => {
  const clock = fakeClock();
  const { make, receiver, confirmed, buyer, untilIs } = await open({ clock });
  let fails = 3;
  receiver.answers(() => new Response(null, { status: fails-- > 0 ? 500 : 204 }));
  const { id } = await make();
  const [order, eventId] = [orderOf(buyer), newId()];
  await confirmed(order, "pending", eventId);
  await confirmed(order, "pending", eventId);
  for (let call = 1; call <= 3; call += 1) {
    await receiver.hears(call);
    await untilIs(id, ({ failures }) => failures === call, `failure ${call}`);
    clock.advance(2 ** call * 1_000);
  }
  const heard = await receiver.hears(4);
  expect(new Set(heard.map(idOf)).size).toBe(1);
  expect(new Set(heard.map(({ text }) => text)).size).toBe(1);
  expect(new Set(heard.map(({ headers }) => headers.get("webhook-timestamp"))).size).toBe(4);
  const isOver = ({ failures, deliveries: [last] }: Shown) => failures === 0 && last?.state === "sent";
  const { deliveries } = await untilIs(id, isOver, "the end");
  expect([deliveries.length, deliveries[0]?.attempts]).toEqual([1, 4]);
});

test("a receiver that asks to wait is left alone for so long", async () => {
  const clock = fakeClock();
  const { make, receiver, order, untilIs } = await open({ clock });
  receiver.answers(() => new Response(null, { status: 429, headers: { "retry-after": "120" } }));
  const { id } = await make();
  await order();
  await receiver.hears(1);
  const { pausedUntil } = await untilIs(id, (one) => one.pausedUntil !== null, "the pause");
  expect(pausedUntil).toBe(new Date(clock.now().getTime() + 120_000).toISOString());
  receiver.answers(() => new Response(null, { status: 204 }));
  clock.advance(120_000);
  await receiver.hears(2);
});

test("410 switches a webhook off, and the admins are told; switched on again it begins anew", async () => {
  const { make, receiver, order, untilIs, people, known, ask } = await open();
  const person = await people.started();
  await known(userSnapshot({ telegramUserId: person.id, phone: person.phone, role: "admin" }));
  receiver.answers(() => new Response(null, { status: 410 }));
  const { id } = await make({ url: receiver.url("/a-secret-path") });
  await order();
  const { active, deliveries } = await untilIs(id, (one) => one.offReason === "gone", "the end of it");
  expect([active, deliveries[0]?.state]).toEqual([false, "failed"]);
  const { text } = await people.hears(person.id, /switched off/);
  expect(text).not.toContain("a-secret-path");
  expect((await ask("POST", `${PATH}/${id}/test`)).status).toBe(409);
  receiver.answers(() => new Response(null, { status: 204 }));
  const again = await ask("PATCH", `${PATH}/${id}`, { active: true });
  expect(again.body).toMatchObject({ active: true, offReason: null, failures: 0 });
  expect((await ask("POST", `${PATH}/${id}/test`)).status).toBe(202);
  await untilIs(
    id,
    (one) => one.deliveries[0]?.type === "webhook.test" && one.deliveries[0].state === "sent",
    "the test",
  );
});

test("a receiver that never answers delays neither another one nor the bot", async () => {
  const { make, receiver, order, inbox, read } = await open();
  const { promise: forever, resolve: letGo } = Promise.withResolvers<Response>();
  receiver.answers(({ path }) => (path === "/dead" ? forever : new Response(null, { status: 204 })));
  const dead = await make({ url: receiver.url("/dead") });
  await make();
  for (let n = 0; n < 12; n += 1) await order({ number: `K-${n}` });
  await receiver.hears(12);
  await waitFor(() => inbox().length === 12, { what: "all cards", timeoutMs: 20_000 });
  const under = (await read(dead.id)).deliveries.filter(({ state }) => state === "sending");
  expect(under).toHaveLength(4);
  letGo(new Response(null, { status: 204 }));
  await receiver.hears(12, "/dead");
});

test("two instances post each event once", async () => {
  const { make, another, receiver, order, untilIs } = await open();
  const { id } = await make();
  const other = another();
  await other.start();
  try {
    for (let n = 0; n < 40; n += 1) await order({ number: `K-${n}` });
    await receiver.hears(40);
    await untilIs(id, (one) => one.deliveries.every(({ state }) => state === "sent"), "all to be sent");
    expect(new Set(receiver.received.map(idOf)).size).toBe(40);
    expect(receiver.received).toHaveLength(40);
  } finally {
    await other.stop();
  }
});

test("a call whose worker dies before it is recorded is made again with the same id", async () => {
  const clock = fakeClock();
  const { make, another, database, notify, ask, receiver, untilIs } = await open({ clock });
  const { id } = await make();
  await notify.stop();
  await ask("POST", `${PATH}/${id}/test`);
  const dead = createWebhookQueue(database.db);
  const { taken } = await dead.claim(newId(), 1, clock.now(), new Date(clock.now().getTime() + 1_000));
  expect(taken).toHaveLength(1);
  clock.advance(2_000);
  const heir = another();
  await heir.start();
  try {
    const [heard] = await receiver.hears(1);
    expect(heard && idOf(heard)).toBe(taken[0]?.delivery.id ?? "");
    const { deliveries } = await untilIs(
      id,
      (one) => one.deliveries[0]?.state === "sent",
      "the call to be recorded",
    );
    expect(deliveries[0]?.attempts).toBe(2);
  } finally {
    await heir.stop();
  }
});

test("for a day both secrets sign, then the new one alone", async () => {
  const clock = fakeClock();
  const { make, ask, receiver } = await open({ clock });
  const { id, secret } = await make();
  const rotated = await ask("POST", `${PATH}/${id}/rotate`);
  const fresh = rotated.body.signingSecret ?? "";
  expect(fresh).not.toBe(secret);
  await ask("POST", `${PATH}/${id}/test`);
  const [during] = await receiver.hears(1);
  clock.advance(25 * HOUR_MS);
  await ask("POST", `${PATH}/${id}/test`);
  const [, later] = await receiver.hears(2);
  if (during === undefined || later === undefined) throw new Error("too few calls");
  expect([isSignedBy(secret, during), isSignedBy(fresh, during)]).toEqual([true, true]);
  expect([isSignedBy(secret, later), isSignedBy(fresh, later)]).toEqual([false, true]);
});

test("parity 26: who has chosen it gets transactional messages through a webhook, with the phone where it is asked for", async () => {
  const { make, receiver, order, call, buyer, auth, list } = await open();
  auth.users.set(buyer.id, buyer);
  await make({ events: ["notification.*"], includePhone: true });
  await make({ url: receiver.url("/plain"), events: ["notification.*"] });
  await order({ number: "K-1" });
  const as = `customer.${buyer.id}`;
  const chosen = await call("PUT", "/v1/notifications/preferences", {
    as,
    body: { categories: {}, quietHours: null, language: null, channels: { webhook: true } },
  });
  expect((await chosen.json()).channels).toEqual({ email: false, webhook: true });
  await order({ number: "K-2" });
  const [[phoned], [plain]] = await Promise.all([receiver.hears(1), receiver.hears(1, "/plain")]);
  expect(phoned?.body).toMatchObject({
    ...{ type: "notification", userId: buyer.id, phone: buyer.phone, language: "en", template: "order-card" },
    text: expect.stringContaining("K-2"),
  });
  expect(plain?.body).not.toHaveProperty("phone");
  const copies = (await list()).filter(({ channel }) => channel === "webhook");
  expect(copies.map(({ userId }) => userId)).toEqual([buyer.id, buyer.id]);
});

test("an address of one's own network is refused where that is not allowed, by its text and by what it resolves to", async () => {
  const { ask, order, untilIs, make } = await open({ environment: { WEBHOOKS_PRIVATE: "refuse" } });
  const refused = [
    "http://example.org/hook",
    "https://10.0.0.1/hook",
    "https://[::1]/hook",
    "https://0x7f.1/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://user:no-word-of-ours-9f2c7d@example.org/hook",
    "https://example.org/#x",
    "ftp://example.org/hook",
    "nonsense",
  ];
  for (const url of refused) {
    const { status, body } = await ask<{ errors: unknown }>("POST", PATH, { url, events: ["order.*"] });
    expect([url, status, body.errors]).toEqual([
      url,
      422,
      [{ pointer: "/url", message: expect.any(String) }],
    ]);
  }
  const { id } = await make({ url: "https://localhost/hook" });
  await order();
  const { lastFailure } = await untilIs(id, ({ failures }) => failures > 0, "the refusal");
  expect(lastFailure).toBe("the address may not be called");
});

test("webhooks are the admins', and their secrets are told once", async () => {
  const { ask, make, staff, order, receiver, call } = await open();
  const { id, secret } = await make();
  for (const [method, path] of [
    ["POST", PATH],
    ["GET", PATH],
    ["GET", `${PATH}/${id}`],
    ["PATCH", `${PATH}/${id}`],
    ["DELETE", `${PATH}/${id}`],
    ["POST", `${PATH}/${id}/test`],
    ["POST", `${PATH}/${id}/rotate`],
  ] as const) {
    const body = method === "PATCH" || path === PATH ? {} : undefined;
    const { status } = await ask(method, path, method === "GET" ? undefined : body, staff);
    expect([method, path, status]).toEqual([method, path, 403]);
  }
  await order();
  await receiver.hears(1);
  const seen = await Promise.all(
    [PATH, `${PATH}/${id}`, "/v1/notifications"].map(async (path) =>
      (await call("GET", path, { as: admin })).text(),
    ),
  );
  for (const text of seen) expect(text).not.toContain(secret);
  expect((await ask("DELETE", `${PATH}/${id}`)).status).toBe(204);
  expect((await ask("DELETE", `${PATH}/${id}`)).status).toBe(404);
  expect((await ask("GET", `${PATH}/${id}`)).status).toBe(404);
  expect((await ask("POST", PATH, { url: receiver.url(), events: ["order.paid"] })).status).toBe(422);
  expect((await ask("POST", PATH, { url: receiver.url(), events: [] })).status).toBe(422);
});

test("what a buyer wrote stands in no stored event once they are erased", async () => {
  const { make, confirmed, cancelled, buyer, person, receiver, database, internal, settled } = await open();
  await make();
  const order = orderOf(buyer);
  await confirmed(order, "pending");
  await cancelled({ ...order, status: "cancelled", version: 3 }, "confirmed", newId(), "my neighbour is ill");
  await receiver.hears(2);
  await settled(5);
  const body = { erasureId: newId(), userVersion: 9, telegramUserId: person.id };
  await internal("PUT", `/internal/people/${buyer.id}/erasure`, body);
  const { rows } = await database.db.execute<{ text: string }>(
    "select notice::text as text from delivery where channel = 'webhook'",
  );
  expect(rows).toHaveLength(2);
  for (const { text } of rows) expect(text).not.toContain("neighbour");
});

test("without a secret of notify there are no webhooks, and the answer says what to set", async () => {
  const { ask, receiver } = await open({ environment: { NOTIFY_SECRET: "" } });
  const { status, body } = await ask<{ detail: string }>("POST", PATH, {
    url: receiver.url(),
    events: ["order.*"],
  });
  expect([status, body.detail]).toEqual([409, expect.stringContaining("NOTIFY_SECRET")]);
});
