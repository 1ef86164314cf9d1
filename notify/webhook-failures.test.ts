import { expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createWebhookQueue } from "./store/channel-queue.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { orderOf } from "./testing/open-shop.ts";
import { idOf, openWebhooks, type ShownWebhook, WEBHOOKS } from "./testing/open-webhooks.ts";

setDefaultTimeout(60_000);

const open = closedAfterEach(openWebhooks);

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
  const isOver = ({ failures, deliveries: [last] }: ShownWebhook) => failures === 0 && last?.state === "sent";
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
  expect((await ask("POST", `${WEBHOOKS}/${id}/test`)).status).toBe(409);
  receiver.answers(() => new Response(null, { status: 204 }));
  const again = await ask("PATCH", `${WEBHOOKS}/${id}`, { active: true });
  expect(again.body).toMatchObject({ active: true, offReason: null, failures: 0 });
  expect((await ask("POST", `${WEBHOOKS}/${id}/test`)).status).toBe(202);
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

test("a call whose worker dies before it is recorded is made again with the same id", async () => {
  const clock = fakeClock();
  const { make, another, database, notify, ask, receiver, untilIs } = await open({ clock });
  const { id } = await make();
  await notify.stop();
  await ask("POST", `${WEBHOOKS}/${id}/test`);
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
