import { expect, test } from "bun:test";
import { eventBusConformance, testEvent } from "../conformance/event-bus.ts";
import { createMemoryEventBus } from "./memory-event-bus.ts";

eventBusConformance(
  async () => {
    const bus = createMemoryEventBus();
    return { bus, other: bus, exchange: "e", queues: ["q1", "q2"], close: () => bus.close() };
  },
  { broker: false },
);

const options = { exchange: "e", queue: "q", prefetch: 5, handleMalformed: async () => undefined };

test("publish resolves only when every subscriber has handled the event", async () => {
  const bus = createMemoryEventBus();
  const release = Promise.withResolvers<void>();
  let handled = false;
  await bus.subscribe({
    ...options,
    handle: async () => {
      await release.promise;
      handled = true;
    },
  });
  const published = bus.publish("e", [testEvent("s", 0)]).then(() => handled);
  release.resolve();
  expect(await published).toBe(true);
});

test("events for a queue that nobody in this process has consumed count as delivered", async () => {
  const bus = createMemoryEventBus();
  await bus.declare([{ exchange: "e", queues: ["q"] }]);
  await bus.publish("e", [testEvent("s", 0)]);
});

test("events for a queue whose consumer has gone are refused, so that the outbox keeps them", async () => {
  const bus = createMemoryEventBus();
  const subscription = await bus.subscribe({ ...options, handle: async () => undefined });
  await subscription.close();
  await expect(bus.publish("e", [testEvent("s", 0)])).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test("after a failure nothing later of the same subject is handled in the same publish", async () => {
  const bus = createMemoryEventBus();
  const handled: number[] = [];
  let broken = true;
  await bus.subscribe({
    ...options,
    handle: async ({ sequence }) => {
      if (broken && sequence === 1) throw new Error("broken");
      handled.push(sequence);
    },
  });
  const events = [testEvent("s", 0), testEvent("s", 1), testEvent("s", 2)];
  await expect(bus.publish("e", events)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(handled).toEqual([0]);
  broken = false;
  await bus.publish("e", events);
  expect(handled).toEqual([0, 0, 1, 2]);
});
