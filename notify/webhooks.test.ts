import { expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { orderOf } from "./testing/open-shop.ts";
import { admin, idOf, openWebhooks, WEBHOOKS } from "./testing/open-webhooks.ts";
import { isSignedBy } from "./testing/webhook-receiver.ts";

setDefaultTimeout(60_000);

const HOUR_MS = 3_600_000;

const open = closedAfterEach(openWebhooks);

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
  expect((await ask("GET", `${WEBHOOKS}/${off.id}`)).body.deliveries).toEqual([]);
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

test("for a day both secrets sign, then the new one alone", async () => {
  const clock = fakeClock();
  const { make, ask, receiver } = await open({ clock });
  const { id, secret } = await make();
  const rotated = await ask("POST", `${WEBHOOKS}/${id}/rotate`);
  const fresh = rotated.body.signingSecret ?? "";
  expect(fresh).not.toBe(secret);
  await ask("POST", `${WEBHOOKS}/${id}/test`);
  const [during] = await receiver.hears(1);
  clock.advance(25 * HOUR_MS);
  await ask("POST", `${WEBHOOKS}/${id}/test`);
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
    const { status, body } = await ask<{ errors: unknown }>("POST", WEBHOOKS, { url, events: ["order.*"] });
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
    ["POST", WEBHOOKS],
    ["GET", WEBHOOKS],
    ["GET", `${WEBHOOKS}/${id}`],
    ["PATCH", `${WEBHOOKS}/${id}`],
    ["DELETE", `${WEBHOOKS}/${id}`],
    ["POST", `${WEBHOOKS}/${id}/test`],
    ["POST", `${WEBHOOKS}/${id}/rotate`],
  ] as const) {
    const body = method === "PATCH" || path === WEBHOOKS ? {} : undefined;
    const { status } = await ask(method, path, method === "GET" ? undefined : body, staff);
    expect([method, path, status]).toEqual([method, path, 403]);
  }
  await order();
  await receiver.hears(1);
  const seen = await Promise.all(
    [WEBHOOKS, `${WEBHOOKS}/${id}`, "/v1/notifications"].map(async (path) =>
      (await call("GET", path, { as: admin })).text(),
    ),
  );
  for (const text of seen) expect(text).not.toContain(secret);
  expect((await ask("DELETE", `${WEBHOOKS}/${id}`)).status).toBe(204);
  expect((await ask("DELETE", `${WEBHOOKS}/${id}`)).status).toBe(404);
  expect((await ask("GET", `${WEBHOOKS}/${id}`)).status).toBe(404);
  expect((await ask("POST", WEBHOOKS, { url: receiver.url(), events: ["order.paid"] })).status).toBe(422);
  expect((await ask("POST", WEBHOOKS, { url: receiver.url(), events: [] })).status).toBe(422);
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
  const { status, body } = await ask<{ detail: string }>("POST", WEBHOOKS, {
    url: receiver.url(),
    events: ["order.*"],
  });
  expect([status, body.detail]).toEqual([409, expect.stringContaining("NOTIFY_SECRET")]);
});
