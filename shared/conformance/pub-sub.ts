import { describe, expect, test } from "bun:test";
import type { PubSub } from "../ports/pub-sub.ts";
import { waitFor } from "../testing/wait-for.ts";

/** Ways to hurt the connection, where the driver has one. */
export interface PubSubFaults {
  /** From now on nothing comes and nothing goes, and nobody is told, until `open`. */
  swallow(): void;
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

/** What a driver says of itself; each is tested where it is said. */
export interface PubSubFeatures {
  /** It has a connection that can be cut: then what is sent meanwhile is lost, and said to be. Else nothing is ever lost. */
  readonly lossy: boolean;
  /** It notices by itself that a connection has gone silent. */
  readonly noticesSilence: boolean;
}

/** What every driver of the `PubSub` port must do. */
export const pubSubConformance = (open: () => Promise<PubSubHarness>, features: PubSubFeatures): void => {
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

  if (!features.lossy) {
    test("Pub/Sub that cannot lose never asks anybody to read again", () =>
      withPubSub(async ({ pubSub, other }, channel) => {
        const listener = await listen(pubSub, channel);
        for (let n = 0; n < 1_000; n += 1) await other.publish(channel, String(n));
        await waitFor(() => listener.messages.length === 1_000, { what: "all messages" });
        expect(listener.state.resyncs).toBe(0);
      }));
    return;
  }

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

    test("tells the listeners when it was the publisher whose message was lost", () =>
      withPubSub(async (harness, channel) => {
        const listener = await listen(harness.other, channel);
        const elsewhere = await listen(harness.other, `${channel}-elsewhere`);
        const faults = faultsOf(harness);
        faults.shut();
        await expect(harness.pubSub.publish(channel, "lost")).rejects.toMatchObject({ code: "UNAVAILABLE" });
        faults.open();
        await waitFor(() => listener.state.resyncs > 0, { timeoutMs: 10_000, what: "the resync" });
        expect(listener.messages).toEqual([]);
        expect(elsewhere.state.resyncs).toBe(0);
      }));

    test("nothing that was refused is sent later", () =>
      withPubSub(async (harness, channel) => {
        const listener = await listen(harness.other, channel);
        const faults = faultsOf(harness);
        faults.shut();
        const refusals = await Promise.allSettled(
          Array.from({ length: 20 }, (_, n) => harness.pubSub.publish(channel, String(n))),
        );
        expect(refusals.filter(({ status }) => status === "fulfilled")).toEqual([]);
        faults.open();
        const isBack = () =>
          harness.pubSub.publish(channel, "back").then(
            () => true,
            () => false,
          );
        await waitFor(isBack, { timeoutMs: 10_000, what: "the connection to be back" });
        await waitFor(() => listener.messages.includes("back"), { what: "the message after it" });
        expect(new Set(listener.messages)).toEqual(new Set(["back"]));
      }));
  });

  if (!features.noticesSilence) return;

  describe("Pub/Sub over a connection that falls silent", () => {
    test("commands fail soon, and the subscription is made anew with a resync once somebody answers", () =>
      withPubSub(async (harness, channel) => {
        const listener = await listen(harness.pubSub, channel);
        const faults = faultsOf(harness);
        faults.swallow();
        await expect(harness.pubSub.publish(channel, "swallowed")).rejects.toMatchObject({
          code: "UNAVAILABLE",
        });
        await expect(harness.pubSub.ping()).rejects.toMatchObject({ code: "UNAVAILABLE" });
        await harness.other.publish(channel, "unheard");
        faults.open();
        await waitFor(() => listener.state.resyncs > 0, { timeoutMs: 20_000, what: "the resync" });
        await harness.other.publish(channel, "heard");
        await waitFor(() => listener.messages.includes("heard"), { what: "the message after the resync" });
      }));
  });
};
