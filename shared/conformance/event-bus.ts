import { describe, expect, test } from "bun:test";
import type { EventEnvelope } from "../contracts/envelope.ts";
import type { EventBus, EventSubscriptionOptions } from "../ports/event-bus.ts";
import { waitFor } from "../testing/wait-for.ts";

/** Ways to hurt what a broker's driver relies on. */
export interface EventBusFaults {
  /** Ends the connections; the driver may make new ones at once. */
  cut(): void;
  /** Ends the connections and lets nobody in until `open`. */
  shut(): void;
  open(): void;
  /** Makes the broker close the channels that `bus` consumes on. */
  breakChannels(): void;
  /** Channels that `bus` has consumed on so far. */
  channelsOpened(): number;
  deleteQueue(queue: string): Promise<void>;
}

export interface EventBusHarness {
  readonly bus: EventBus;
  /** Another instance that is not hurt by the faults. In one process it is the same. */
  readonly other: EventBus;
  readonly exchange: string;
  readonly queues: readonly [string, string];
  readonly faults?: EventBusFaults;
  /** Closes both, and removes the exchange and the queues. */
  close(): Promise<void>;
}

export interface EventBusFeatures {
  /** A broker between the processes keeps what is in the queues. */
  readonly broker: boolean;
}

/** An event for tests; the subject's sequence is the number. */
export const testEvent = (subject: string, sequence: number): EventEnvelope => ({
  specversion: "1.0",
  id: crypto.randomUUID(),
  type: "test.happened",
  source: "/test",
  subject,
  time: "2026-01-01T12:00:00.000Z",
  sequence,
  dataschema: "test.happened/v1",
  datacontenttype: "application/json",
  data: { text: "ünï", sequence },
});

const label = ({ subject, sequence }: EventEnvelope) => `${subject}:${sequence}`;

/** A subscriber that remembers what it has handled. */
const listen = async (
  { exchange }: EventBusHarness,
  bus: EventBus,
  queue: string,
  options: Partial<EventSubscriptionOptions> = {},
) => {
  const handled: string[] = [];
  const malformed: string[] = [];
  const subscription = await bus.subscribe({
    exchange,
    queue,
    prefetch: 20,
    handle: async (event) => void handled.push(label(event)),
    handleMalformed: async (raw) => void malformed.push(raw),
    ...options,
  });
  return { handled, malformed, subscription };
};

/** What the relay does: again and again until the bus has it. */
const publishSurely = (bus: EventBus, exchange: string, events: readonly EventEnvelope[]) =>
  waitFor(
    () =>
      bus.publish(exchange, events).then(
        () => true,
        () => false,
      ),
    { timeoutMs: 15_000, what: "the bus to take the events" },
  );

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

type WithBus = (run: (harness: EventBusHarness) => Promise<void>) => Promise<void>;

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

  test("may be declared again, and answers a ping", () =>
    withBus(async ({ bus, exchange, queues }) => {
      await bus.declare([{ exchange, queues }]);
      await bus.ping();
    }));
};

const eventBusWithBroker = (withBus: WithBus): void => {
  const faultsOf = ({ faults }: EventBusHarness): EventBusFaults => {
    if (faults === undefined) throw new Error("a driver with a broker needs faults in its harness");
    return faults;
  };

  test("keeps events for a queue that nobody consumes yet", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      await bus.publish(exchange, [testEvent("s", 0), testEvent("s", 1)]);
      const { handled } = await listen(harness, bus, queues[0]);
      await waitFor(() => handled.length === 2, { what: "the kept events" });
      expect(handled).toEqual(["s:0", "s:1"]);
    }));

  test("rejects a publish that no queue takes", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      for (const queue of queues) await faultsOf(harness).deleteQueue(queue);
      const publish = bus.publish(exchange, [testEvent("s", 0)]);
      await expect(publish).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }));

  test("loses nothing over a cut of all its connections", () =>
    withBus(async (harness) => {
      const { bus, other, exchange, queues } = harness;
      const { handled, subscription } = await listen(harness, bus, queues[0]);
      await other.publish(exchange, [testEvent("before", 0)]);
      await waitFor(() => handled.includes("before:0"), { what: "the event before" });
      faultsOf(harness).shut();
      await waitFor(() => !subscription.active, { what: "the consumer to be gone" });
      await other.publish(exchange, [testEvent("meanwhile", 0)]);
      await expect(bus.publish(exchange, [testEvent("refused", 0)])).rejects.toMatchObject({
        code: "UNAVAILABLE",
      });
      await expect(bus.ping()).rejects.toMatchObject({ code: "UNAVAILABLE" });
      faultsOf(harness).open();
      await publishSurely(bus, exchange, [testEvent("after", 0)]);
      const all = ["before:0", "meanwhile:0", "after:0"];
      await waitFor(() => all.every((name) => handled.includes(name)), {
        timeoutMs: 15_000,
        what: "the events from during and after the cut",
      });
      expect(subscription.active).toBe(true);
    }));

  test("brings an event again whose handling a cut interrupted, after that handling has ended", () =>
    withBus(async (harness) => {
      const { bus, exchange, queues } = harness;
      const release = Promise.withResolvers<void>();
      let begun = 0;
      let now = 0;
      let most = 0;
      await listen(harness, bus, queues[0], {
        handle: async () => {
          begun++;
          most = Math.max(most, ++now);
          await release.promise;
          now--;
        },
      });
      await publishSurely(bus, exchange, [testEvent("s", 0)]);
      await waitFor(() => begun === 1, { what: "the first delivery" });
      faultsOf(harness).cut();
      release.resolve();
      await waitFor(() => begun === 2, { timeoutMs: 15_000, what: "the second delivery" });
      expect(most).toBe(1);
    }));

  test("consumes again after the broker has closed its channel", () =>
    withBus(async (harness) => {
      const { bus, other, exchange, queues } = harness;
      const { handled, subscription } = await listen(harness, bus, queues[0]);
      faultsOf(harness).breakChannels();
      await waitFor(() => faultsOf(harness).channelsOpened() === 2, { what: "a new channel" });
      await waitFor(() => subscription.active, { timeoutMs: 10_000, what: "the consumer to be back" });
      await other.publish(exchange, [testEvent("s", 0)]);
      await waitFor(() => handled.length === 1, { what: "the event" });
    }));

  test("consumes again after its queue was deleted under it", () =>
    withBus(async (harness) => {
      const { bus, other, exchange, queues } = harness;
      const { handled, subscription } = await listen(harness, bus, queues[0]);
      await faultsOf(harness).deleteQueue(queues[0]);
      await waitFor(() => faultsOf(harness).channelsOpened() > 1, { what: "a new channel" });
      await waitFor(() => subscription.active, { timeoutMs: 10_000, what: "the consumer to be back" });
      await other.publish(exchange, [testEvent("s", 0)]);
      await waitFor(() => handled.length === 1, { what: "the event" });
    }));
};
