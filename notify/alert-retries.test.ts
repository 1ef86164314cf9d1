import { expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { openTeam } from "./testing/open-team.ts";

const open = closedAfterEach(openTeam);

const stuckNews = (number: string) => {
  const orderId = newId();
  return envelopeOf("saga.stuck", orderId, { orderId, number, step: "reserving", attempts: 10 });
};

test("bot-16: orders that do not get on are told of once, and Retry has all of them ask again", async () => {
  const team = await open();
  const boss = await team.hire("Boss", "admin");
  const group = await team.alerted(boss, []);
  team.orders.script.stuck = [newId(), newId(), newId()];
  const first = stuckNews("K-7");
  await team.publish(first);
  const alert = await team.sees(boss.id, /An order does not get on/, "Retry");
  expect(alert.text).toContain("K-7");
  await team.sees(group, /An order does not get on/, "Retry");
  await team.publish(first, stuckNews("K-8"), stuckNews("K-9"));
  expect(await team.tap(boss, boss.id, alert.messageId, { label: "Retry" })).toBe("Asked again for 3.");
  expect(await team.tap(boss, boss.id, alert.messageId, { label: "Retry" })).toBe(
    "No order is stuck any more.",
  );
  // The others are counted for the next alert, minutes later.
  expect(team.fromBot(boss.id).filter(({ text }) => text.includes("not get on"))).toHaveLength(1);
});

test("bot-16: Retry below an alert of parked messages replays that queue, piece by piece, and says how many went through", async () => {
  const asked: { path: string; body: unknown; bearer: string | null }[] = [];
  const pieces = [
    { replayed: 200, failed: [], remaining: 5 },
    { replayed: 4, failed: [{ id: newId(), error: "again" }], remaining: 0 },
  ];
  const catalog: ServiceFetch = async (request) => {
    const bearer = request.headers.get("authorization");
    asked.push({ path: new URL(request.url).pathname, body: await request.json(), bearer });
    return Response.json(pieces.shift() ?? { replayed: 0, failed: [], remaining: 0 });
  };
  const team = await open({ services: { catalog } });
  const ann = await team.hire("Ann");
  const id = newId();
  const queue = "catalog.orders-events";
  await team.publish(envelopeOf("catalog.message-parked", id, { id, queue, type: "order.confirmed" }));
  const { messageId } = await team.sees(ann.id, /could not be handled/, "Retry");
  expect(await team.tap(ann, ann.id, messageId, { label: "Retry" })).toBe(
    "204 went through. 1 failed again.",
  );
  expect(await team.tap(ann, ann.id, messageId, { label: "Retry" })).toBe(
    "Nothing is parked there any more.",
  );
  expect(asked.map(({ path, body }) => [path, body])).toEqual(
    Array(3).fill(["/v1/ops/parked/replay", { queue }]),
  );
  expect(asked.every(({ bearer }) => bearer === `Bearer ${ann.user.id}`)).toBe(true);
  expect(await team.tap(ann, ann.id, messageId, { data: "wp:auth.nothing" })).toContain("can't find");
  expect(await team.tap(ann, ann.id, messageId, { data: "wp:../x" })).toContain("no longer in use");
});
