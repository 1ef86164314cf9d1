import { describe, expect, test } from "bun:test";
import { isKioskError, unavailable } from "../kernel/errors.ts";
import type { ChangeSource, ChangesPage, FeedBatch } from "../ports/change-feed.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createChangeFeed } from "./change-feed.ts";

interface Thing {
  readonly sku: string;
  readonly version: number;
}

const change = (sku: string, version: number): Thing => ({ sku, version });

/** Changes as a list that grows; the cursor counts them. Hands out one a page. */
const changesInMemory = () => {
  const all: Thing[] = [];
  const state = { pulls: 0, failures: 0, behindHorizon: false, away: false };
  const reads: ChangeSource<Thing> = {
    async changesAfter(cursor): Promise<ChangesPage<Thing>> {
      state.pulls += 1;
      if (state.failures > 0) {
        state.failures -= 1;
        throw unavailable("away");
      }
      const from = Number(cursor.tx);
      const changes = state.behindHorizon ? [] : all.slice(from, from + 1);
      const tx = String(from + changes.length);
      return { changes, cursor: { tx, key: "" }, more: changes.length > 0, complete: !state.behindHorizon };
    },
    async currentCursor() {
      if (state.away) throw unavailable("away");
      return { tx: String(all.length), key: "" };
    },
  };
  return { all, state, reads };
};

const feedUnderTest = () => {
  const memory = changesInMemory();
  const warnings: string[] = [];
  let message: (() => void) | undefined;
  const feed = createChangeFeed({
    what: "things",
    changes: memory.reads,
    warn: (warning) => warnings.push(warning),
    subscribe: async ({ onMessage }) => {
      message = () => onMessage("{}");
      return { close: async () => undefined };
    },
  });
  const publish = (...changes: Thing[]) => {
    memory.all.push(...changes);
    message?.();
  };
  return { feed, memory, warnings, publish };
};

describe("a feed of changes", () => {
  test("pulls nothing while nobody follows", async () => {
    const { feed, memory, publish } = feedUnderTest();
    await feed.start();
    publish(change("A", 1), change("A", 2));
    expect(memory.state.pulls).toBe(0);
    await feed.stop();
  });

  test("gives every follower all changes from when it came, in order and with cursors that join", async () => {
    const { feed, publish } = feedUnderTest();
    await feed.start();
    publish(change("BEFORE", 1));
    const batches: FeedBatch<Thing>[] = [];
    const following = await feed.follow((batch) => batches.push(batch));
    publish(change("A", 1), change("B", 1));
    publish(change("A", 2));
    await waitFor(() => batches.length === 3, { what: "three batches" });
    expect(batches.flatMap(({ changes }) => changes.map(({ sku, version }) => [sku, version]))).toEqual([
      ["A", 1],
      ["B", 1],
      ["A", 2],
    ]);
    expect(batches.slice(1).map(({ previous }) => previous)).toEqual(
      batches.slice(0, -1).map(({ cursor }) => cursor),
    );
    expect(batches[0]?.previous).toEqual(following.cursor);
    following.stop();
    await feed.stop();
  });

  test("goes on after a pull that failed, from where it was", async () => {
    const { feed, memory, warnings, publish } = feedUnderTest();
    await feed.start();
    const seen: string[] = [];
    await feed.follow(({ changes }) => seen.push(...changes.map(({ sku }) => sku)));
    memory.state.failures = 1;
    publish(change("A", 1));
    await waitFor(() => warnings.length === 1, { what: "the failure to be told" });
    publish(change("B", 1));
    await waitFor(() => seen.length === 2, { what: "both changes" });
    expect(seen).toEqual(["A", "B"]);
    await feed.stop();
  });

  test("looks again by itself for what a running transaction keeps behind the horizon", async () => {
    const { feed, memory, publish } = feedUnderTest();
    await feed.start();
    const seen: string[] = [];
    await feed.follow(({ changes }) => seen.push(...changes.map(({ sku }) => sku)));
    memory.state.behindHorizon = true;
    const { pulls } = memory.state;
    publish(change("A", 1));
    await waitFor(() => memory.state.pulls > pulls + 2, { what: "more than one look" });
    expect(seen).toEqual([]);
    memory.state.behindHorizon = false;
    await waitFor(() => seen.length === 1, { what: "the change", timeoutMs: 2_000 });
    await feed.stop();
  });

  test("refuses every follower once it has stopped, and one while its place cannot be found out", async () => {
    const { feed, memory } = feedUnderTest();
    memory.state.away = true;
    const refused = await feed.follow(() => undefined).catch((error: unknown) => error);
    expect(isKioskError(refused, "UNAVAILABLE")).toBe(true);
    memory.state.away = false;
    (await feed.follow(() => undefined)).stop();
    await feed.stop();
    expect(feed.signal.aborted).toBe(true);
    const late = await feed.follow(() => undefined).catch((error: unknown) => error);
    expect(isKioskError(late, "UNAVAILABLE")).toBe(true);
  });

  test("starts also while the channel cannot be had", async () => {
    const warnings: string[] = [];
    const feed = createChangeFeed({
      what: "things",
      changes: changesInMemory().reads,
      warn: (warning) => warnings.push(warning),
      subscribe: () => Promise.reject(unavailable("away")),
    });
    await feed.start();
    expect(warnings).toHaveLength(1);
    await feed.stop();
  });
});
