import { expect, test } from "bun:test";
import { waitFor } from "../testing/wait-for.ts";
import {
  type EventBusFaults,
  type EventBusHarness,
  listen,
  publishSurely,
  testEvent,
  type WithBus,
} from "./event-bus-harness.ts";

/** What the driver of a bus with a broker between the processes must do besides: survive the broker. */
export const eventBusWithBroker = (withBus: WithBus): void => {
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
      await waitFor(() => !bus.state().connected, { what: "the bus to know" });
      expect(bus.state().consumers).toEqual({ wanted: 1, active: 0 });
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

  test("notices a connection that is open and dead, and loses nothing by it", () =>
    withBus(async (harness) => {
      const { bus, other, exchange, queues } = harness;
      const { handled, subscription } = await listen(harness, bus, queues[0]);
      faultsOf(harness).swallow();
      // The confirm is given up long before the connection is.
      await expect(bus.publish(exchange, [testEvent("refused", 0)])).rejects.toMatchObject({
        code: "UNAVAILABLE",
      });
      expect(bus.state().connected).toBe(true);
      await waitFor(() => !subscription.active && !bus.state().connected, {
        timeoutMs: 20_000,
        what: "the silence to be noticed",
      });
      await other.publish(exchange, [testEvent("meanwhile", 0)]);
      faultsOf(harness).open();
      await publishSurely(bus, exchange, [testEvent("after", 0)]);
      const all = ["meanwhile:0", "after:0"];
      await waitFor(() => all.every((name) => handled.includes(name)), {
        timeoutMs: 15_000,
        what: "the events from during and after the silence",
      });
    }));

  test("comes back from a broker that goes away at any step of setting up", () =>
    withBus(async (harness) => {
      const { bus, other, exchange, queues } = harness;
      const { handled, subscription } = await listen(harness, bus, queues[0]);
      await faultsOf(harness).crumble();
      await other.publish(exchange, [testEvent("meanwhile", 0)]);
      await publishSurely(bus, exchange, [testEvent("after", 0)]);
      const all = ["meanwhile:0", "after:0"];
      await waitFor(() => all.every((name) => handled.includes(name)), {
        timeoutMs: 15_000,
        what: "the events from during and after the setting up",
      });
      expect(subscription.active).toBe(true);
      expect(bus.state()).toEqual({ connected: true, blocked: false, consumers: { wanted: 1, active: 1 } });
    }));

  test("gives what a lost instance had not finished to another", () =>
    withBus(async (harness) => {
      const { bus, other, exchange, queues } = harness;
      const stuck = Promise.withResolvers<void>();
      let begun = 0;
      const handle = async () => {
        begun++;
        await stuck.promise;
      };
      const lost = await listen(harness, bus, queues[0], { handle });
      await other.publish(
        exchange,
        Array.from({ length: 10 }, (_, i) => testEvent(`s${i}`, 0)),
      );
      await waitFor(() => begun === 10, { what: "the first instance to have them all" });
      const { handled } = await listen(harness, other, queues[0]);
      faultsOf(harness).shut();
      await waitFor(() => handled.length === 10, { timeoutMs: 15_000, what: "the other to have them" });
      expect(new Set(handled).size).toBe(10);
      expect(lost.subscription.active).toBe(false);
      stuck.resolve();
      faultsOf(harness).open();
    }));
};
