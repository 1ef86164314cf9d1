import { describe, expect, test } from "bun:test";
import type { EventEnvelope } from "../contracts/envelope.ts";
import { waitFor } from "../testing/wait-for.ts";
import {
  type EventBusFeatures,
  type EventBusHarness,
  label,
  listen,
  publishSurely,
  testEvent,
  type WithBus,
} from "./event-bus-harness.ts";
import { eventBusWithBroker } from "./event-bus-with-broker.ts";

export { testEvent } from "./event-bus-harness.ts";

/** What every driver of the `EventBus` port must do. */
export const eventBusConformance = (
  open: () => Promise<EventBusHarness>,
  features: EventBusFeatures,
): void => {
  const withBus = async (run: (harness: EventBusHarness) => Promise<void>) => {
    const harness = await open();
    try {
      const { bus, exchange, queues } = harness;
      await bus.declare([{ exchange, queues }]);
      await run(harness);
    } finally {
      await harness.close();
    }
  };
  describe("an event bus", () => eventBusBasics(withBus));
  if (features.broker) describe("an event bus with a broker", () => eventBusWithBroker(withBus));
};

const eventBusBasics = (withBus: WithBus): void => {
  test("gives every queue every event, unchanged, and each subject's in order", () =>
    withBus(async (harness) => {
      const { bus, other, exchange, queues } = harness;
      const [one, two] = [await listen(harness, bus, queues[0]), await listen(harness, bus, queues[1])];
      const whole: EventEnvelope[] = [];
      await one.subscription.close();
      const third = await listen(harness, bus, queues[0], {
        handle: async (event) => void whole.push(event),
      });
      const events = Array.from({ length: 60 }, (_, i) => testEvent(`s${i % 3}`, Math.floor(i / 3)));
      await other.publish(exchange, events);
      await waitFor(() => whole.length === 60 && two.handled.length === 60, { what: "both queues" });
      for (const subject of ["s0", "s1", "s2"]) {
        const expected = Array.from({ length: 20 }, (_, i) => `${subject}:${i}`);
        expect(whole.filter((event) => event.subject === subject).map(label)).toEqual(expected);
        expect(two.handled.filter((name) => name.startsWith(`${subject}:`))).toEqual(expected);
      }
      expect(whole.find((event) => event.id === events[0]?.id)).toEqual(events[0] as EventEnvelope);
      expect(third.subscription.active).toBe(true);
    }));

  test("handles different subjects side by side, up to the prefetch and no further", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      const release = Promise.withResolvers<void>();
      let now = 0;
      let most = 0;
      let done = 0;
      const handle = async () => {
        most = Math.max(most, ++now);
        await release.promise;
        now--;
        done++;
      };
      await listen(harness, bus, queues[0], { prefetch: 4, handle });
      const published = bus.publish(
        exchange,
        Array.from({ length: 12 }, (_, i) => testEvent(`s${i}`, 0)),
      );
      await waitFor(() => now === 4, { what: "four handlers at once" });
      release.resolve();
      await published;
      await waitFor(() => done === 12, { what: "all to be handled" });
      expect(most).toBe(4);
    }));

  test("brings an event again when its handler rejects, and lets other subjects pass meanwhile", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      let failures = 2;
      const handled: string[] = [];
      const handle = async (event: EventEnvelope) => {
        if (event.subject === "bad" && failures-- > 0) throw new Error("not yet");
        handled.push(label(event));
      };
      await listen(harness, bus, queues[0], { handle });
      const events = [testEvent("bad", 0), testEvent("bad", 1), testEvent("good", 0)];
      await publishSurely(bus, exchange, events);
      await waitFor(() => handled.includes("bad:1"), { what: "the failing subject" });
      expect(handled.indexOf("good:0")).toBeLessThan(handled.indexOf("bad:0"));
      expect(handled.indexOf("bad:0")).toBeLessThan(handled.indexOf("bad:1"));
    }));

  test("lets the subscribers of one queue share its events", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      const one = await listen(harness, bus, queues[0]);
      const two = await listen(harness, bus, queues[0]);
      await bus.publish(
        exchange,
        Array.from({ length: 40 }, (_, i) => testEvent(`s${i}`, 0)),
      );
      await waitFor(() => one.handled.length + two.handled.length === 40, { what: "all to be handled" });
      expect(new Set([...one.handled, ...two.handled]).size).toBe(40);
      expect(one.handled.length).toBeGreaterThan(0);
      expect(two.handled.length).toBeGreaterThan(0);
    }));

  test("hands what is no envelope to its own handler", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      const { malformed, handled } = await listen(harness, bus, queues[0]);
      await bus.publish(exchange, [{ ...testEvent("s", 0), id: "no uuid" }, testEvent("s", 1)]);
      await waitFor(() => malformed.length === 1 && handled.length === 1, { what: "both messages" });
      expect(malformed[0]).toContain("no uuid");
      expect(handled).toEqual(["s:1"]);
    }));

  test("waits at close for the handler in flight, and is inactive from then on", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      const release = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      let finished = false;
      const { subscription } = await listen(harness, bus, queues[0], {
        handle: async () => {
          begun.resolve();
          await release.promise;
          finished = true;
        },
      });
      const published = bus.publish(exchange, [testEvent("s", 0)]);
      await begun.promise;
      const closed = subscription.close().then(() => finished);
      expect(subscription.active).toBe(false);
      release.resolve();
      expect(await closed).toBe(true);
      await published;
    }));

  test("refuses to publish to an exchange that nobody declared", () =>
    withBus(async ({ bus }) => {
      const publish = bus.publish(`nobody-${crypto.randomUUID()}`, [testEvent("s", 0)]);
      await expect(publish).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }));

  test("tells at once how many of its consumers run", () =>
    withBus(async (harness) => {
      const { bus, queues } = harness;
      const consumers = () => bus.state().consumers;
      expect(bus.state()).toEqual({ connected: true, blocked: false, consumers: { wanted: 0, active: 0 } });
      const one = await listen(harness, bus, queues[0]);
      const two = await listen(harness, bus, queues[1]);
      expect(consumers()).toEqual({ wanted: 2, active: 2 });
      await one.subscription.close();
      expect(consumers()).toEqual({ wanted: 1, active: 1 });
      await two.subscription.close();
      expect(consumers()).toEqual({ wanted: 0, active: 0 });
    }));

  test("may be declared again, and answers a ping", () =>
    withBus(async ({ bus, exchange, queues }) => {
      await bus.declare([{ exchange, queues }]);
      await bus.ping();
    }));
};
