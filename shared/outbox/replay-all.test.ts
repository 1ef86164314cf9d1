import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { invalid } from "../kernel/errors.ts";
import { closedAfterEach } from "../testing/closed-after-each.ts";
import type { Consumer } from "./inbox.ts";
import { effects } from "./outbox-fixture.ts";
import { listParked, replayParked } from "./parked.ts";
import { openParked, openQueue, PARKED_QUEUE } from "./parked-fixture.ts";
import { type ReplayAllOptions, replayAllParked } from "./replay-all.ts";

const open = closedAfterEach(openParked);

const deps = ({ database, consumer, log }: Awaited<ReturnType<typeof open>>) => ({
  ...{ database, log },
  consumers: [consumer],
});

test("all that can be handled now is, oldest first; what fails stays with its reason", async () => {
  const queue = await open();
  const [, b] = await queue.park("A", "B", "C");
  queue.broken.delete("A");
  queue.broken.delete("C");
  expect(await replayAllParked(deps(queue))()).toEqual({
    replayed: 2,
    failed: [{ id: b ?? "", error: "The message failed again: Error: broken" }],
    remaining: 0,
  });
  expect(await effects(queue.database)).toEqual(["A:1", "C:1"]);
});

test("one call does a bounded piece of work, and repeated ones come to all, however many fail", async () => {
  const queue = await open();
  await queue.park("A", "B", "C", "D", "E");
  for (const subject of ["D", "E"]) queue.broken.delete(subject);
  const call = (options: ReplayAllOptions) => replayAllParked(deps(queue))(options);
  const counts = async (options: ReplayAllOptions) => {
    const { replayed, failed, remaining } = await call(options);
    return [replayed, failed.length, remaining];
  };
  expect(await counts({ max: 3 })).toEqual([0, 3, 2]);
  expect(await counts({ max: 3 })).toEqual([2, 1, 2]);
  expect(await counts({ withinMs: 0 })).toEqual([0, 1, 2]);
});

test("one queue can be replayed alone", async () => {
  const queue = await open();
  const other = await openQueue(queue.database, { queue: "notify.orders-events" });
  await queue.park("A");
  await other.park("B");
  queue.broken.clear();
  other.broken.clear();
  const replay = replayAllParked({ ...deps(queue), consumers: [queue.consumer, other.consumer] });
  expect(await replay({ queue: PARKED_QUEUE })).toEqual({ replayed: 1, failed: [], remaining: 0 });
  expect(await effects(queue.database)).toEqual(["A:1"]);
  expect(await replay()).toMatchObject({ replayed: 1 });
});

test("several instances that replay at once take nothing twice and call nothing a failure", async () => {
  const queue = await open();
  const subjects = Array.from({ length: 12 }, (_, i) => `S${i}`);
  await queue.park(...subjects);
  queue.broken.clear();
  const replay = replayAllParked(deps(queue));
  const results = await Promise.all([replay(), replay(), replay()]);
  expect(results.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(12);
  expect(results.flatMap(({ failed }) => failed)).toEqual([]);
  expect((await effects(queue.database)).toSorted()).toEqual(subjects.map((name) => `${name}:1`).toSorted());
});

test("a refusal that the handler throws is the message's failure, not the call's", async () => {
  const queue = await open();
  const [id = ""] = await queue.park("A");
  const consumer: Consumer = {
    ...queue.consumer,
    apply: () => Promise.reject(invalid("/sku", "is not known")),
  };
  const refusing = { ...deps(queue), consumers: [consumer] };
  await expect(replayParked(refusing)(id)).rejects.toMatchObject({ code: "CONFLICT" });
  expect((await replayAllParked(refusing)()).failed).toMatchObject([{ id }]);
});

test("a message that others hold is told so, and its reason stays", async () => {
  const queue = await open();
  const [id = ""] = await queue.park("A");
  queue.broken.clear();
  const replay = replayParked(deps(queue));
  const held = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const holder = queue.database.transaction(async (tx) => {
    await tx.execute(sql`lock table effect in access exclusive mode`);
    held.resolve();
    await done.promise;
  });
  await held.promise;
  await expect(replay(id)).rejects.toMatchObject({ code: "CONFLICT", details: { retryAfterSeconds: 1 } });
  done.resolve();
  await holder;
  expect((await listParked(queue.database.db)).items[0]).toMatchObject({
    state: "parked",
    error: "Error: broken",
  });
  expect(await replay(id)).toMatchObject({ id, state: "replayed" });
});
