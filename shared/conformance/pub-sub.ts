import { describe, expect, test } from "bun:test";
import type { PubSub } from "../ports/pub-sub.ts";
import { waitFor } from "../testing/wait-for.ts";

/** Ways to hurt the connection, where the driver has one. */
export interface PubSubFaults {
  /** Ends the connections; the driver may make new ones at once. */
  cut(): void;
  /** Ends the connections and lets nobody in until `open`. */
  shut(): void;
  open(): void;
}

export interface PubSubHarness {
  readonly pubSub: PubSub;
  /** A second instance that reaches the same subscribers and is not hurt by the faults. */
  readonly other: PubSub;
  readonly faults?: PubSubFaults;
  close(): Promise<void>;
}

const listen = async (pubSub: PubSub, channel: string) => {
  const messages: string[] = [];
  const state = { messages, resyncs: 0 };
  const subscription = await pubSub.subscribe(channel, {
    onMessage: (message) => messages.push(message),
    onResync: () => {
      state.resyncs++;
    },
  });
  return { state, messages, close: subscription.close };
};

/** What every driver of the `PubSub` port must do. `lossy`: it has a connection that can be cut. */
export const pubSubConformance = (open: () => Promise<PubSubHarness>, features: { lossy: boolean }): void => {
  const withPubSub = async (run: (harness: PubSubHarness, channel: string) => Promise<void>) => {
    const harness = await open();
    try {
      await run(harness, `test-${crypto.randomUUID()}`);
    } finally {
      await harness.close();
    }
  };
  const faultsOf = ({ faults }: PubSubHarness): PubSubFaults => {
    if (faults === undefined) throw new Error("a lossy driver needs faults in its harness");
    return faults;
  };

  describe("Pub/Sub", () => {
    test("tells every listener of a channel, and nobody else, in the publisher's order", () =>
      withPubSub(async ({ pubSub, other }, channel) => {
        const one = await listen(pubSub, channel);
        const two = await listen(pubSub, channel);
        const elsewhere = await listen(pubSub, `${channel}-elsewhere`);
        const sent = Array.from({ length: 200 }, (_, i) => String(i));
        for (const message of sent) await other.publish(channel, message);
        await waitFor(() => one.messages.length === 200 && two.messages.length === 200, {
          what: "all messages",
        });
        expect(one.messages).toEqual(sent);
        expect(two.messages).toEqual(sent);
        expect(elsewhere.messages).toEqual([]);
      }));

    test("tells a listener nothing after it has closed", () =>
      withPubSub(async ({ pubSub, other }, channel) => {
        const gone = await listen(pubSub, channel);
        const still = await listen(pubSub, channel);
        await gone.close();
        await gone.close();
        await other.publish(channel, "news");
        await waitFor(() => still.messages.length === 1, { what: "the listener that stays" });
        expect(gone.messages).toEqual([]);
      }));

    test("lets a listener come back after the last one has left", () =>
      withPubSub(async ({ pubSub, other }, channel) => {
        const first = await listen(pubSub, channel);
        await first.close();
        const second = await listen(pubSub, channel);
        await other.publish(channel, "news");
        await waitFor(() => second.messages.length === 1, { what: "the new listener" });
      }));

    test("accepts a message that nobody listens to", () =>
      withPubSub(async ({ pubSub }, channel) => {
        await pubSub.publish(channel, "nobody");
        await pubSub.ping();
      }));
  });

  if (!features.lossy) return;

  describe("Pub/Sub over a connection that breaks", () => {
    test("says resync after a cut, once it hears again", () =>
      withPubSub(async (harness, channel) => {
        const listener = await listen(harness.pubSub, channel);
        faultsOf(harness).cut();
        await waitFor(() => listener.state.resyncs === 1, { what: "the resync" });
        await harness.other.publish(channel, "after");
        await waitFor(() => listener.messages.includes("after"), { what: "the message after the resync" });
      }));

    test("converges: what changed while it was away is read again on resync", () =>
      withPubSub(async (harness, channel) => {
        let truth = "before";
        let replica = "before";
        await harness.pubSub.subscribe(channel, {
          onMessage: (message) => {
            replica = message;
          },
          onResync: () => {
            replica = truth;
          },
        });
        const faults = faultsOf(harness);
        faults.shut();
        truth = "changed while away";
        await harness.other.publish(channel, truth);
        await expect(harness.pubSub.publish(channel, "refused")).rejects.toMatchObject({
          code: "UNAVAILABLE",
        });
        faults.open();
        await waitFor(() => replica === truth, { timeoutMs: 10_000, what: "the replica to converge" });
      }));

    test("takes a subscription that is made while it is away", () =>
      withPubSub(async (harness, channel) => {
        const faults = faultsOf(harness);
        faults.shut();
        const listener = await listen(harness.pubSub, channel);
        faults.open();
        await waitFor(() => listener.state.resyncs > 0, { timeoutMs: 10_000, what: "the resync" });
        await harness.other.publish(channel, "hello");
        await waitFor(() => listener.messages.length === 1, { what: "the message" });
      }));
  });
};
