import { describe, expect, test } from "bun:test";
import type { ChangeCursor, FeedBatch, FeedListener } from "../ports/change-feed.ts";
import { readSse } from "../testing/sse-reader.ts";
import { waitFor } from "../testing/wait-for.ts";
import { type ChangeStreamOptions, streamChanges } from "./change-stream.ts";
import { sseResponse } from "./sse.ts";
import { createStreamIds, streamKeys } from "./stream-ids.ts";

interface Level {
  readonly sku: string;
  readonly version: number;
}

const ids = createStreamIds("levels", streamKeys.sku);
const at = (tx: number): ChangeCursor => ({ tx: String(tx), key: "" });
const batch = (from: number, to: number, ...changes: Level[]): FeedBatch<Level> => ({
  changes,
  previous: at(from),
  cursor: at(to),
});

/** A feed in hand: the test says what it tells, and when. */
const feedInHand = (feedAt: number) => {
  const listeners = new Set<FeedListener<Level>>();
  return {
    listeners,
    tell(told: FeedBatch<Level>) {
      for (const listener of listeners) listener(told);
    },
    feed: {
      signal: new AbortController().signal,
      async follow(listener: FeedListener<Level>) {
        listeners.add(listener);
        return { cursor: at(feedAt), stop: () => void listeners.delete(listener) };
      },
    },
  };
};

const open = (feedAt: number, more: Partial<ChangeStreamOptions<Level>>) => {
  const { feed, tell, listeners } = feedInHand(feedAt);
  const options: ChangeStreamOptions<Level> = {
    feed,
    ids,
    lastEventId: null,
    missed: async () => null,
    currentCursor: async () => at(100),
    show: (level) => ({ data: level }),
    ...more,
  };
  const stream = readSse(sseResponse((sink) => streamChanges(sink, options)));
  const levels = () =>
    stream.messages.flatMap(({ event, data }) => (event === "message" ? [data as Level] : []));
  const resyncs = () => stream.messages.flatMap(({ event, data }) => (event === "resync" ? [data] : []));
  return { stream, tell, listeners, levels, resyncs };
};

describe("a stream of changes", () => {
  test("gives a new reader a place at once, and events with places to come back to", async () => {
    const { stream, tell, levels } = open(5, {});
    await stream.begun;
    await waitFor(() => stream.lastEventId() === ids.encode(at(5)));
    tell(batch(5, 8, { sku: "A", version: 1 }, { sku: "B", version: 1 }));
    await waitFor(() => levels().length === 2);
    // Who goes away between the two comes back to before both.
    expect(stream.messages.map(({ id }) => id)).toEqual([ids.encode(at(5)), ids.encode(at(8))]);
    await stream.leave();
  });

  test("sends what was missed, then what happened meanwhile, then what happens", async () => {
    const gate = Promise.withResolvers<void>();
    const { stream, tell, levels, listeners } = open(7, {
      lastEventId: ids.encode(at(3)),
      async missed(after) {
        await gate.promise;
        return { changes: [{ sku: "A", version: Number(after.tx) }], cursor: at(7) };
      },
    });
    await waitFor(() => listeners.size === 1);
    tell(batch(7, 9, { sku: "A", version: 8 }));
    gate.resolve();
    await waitFor(() => levels().length === 2);
    tell(batch(9, 10, { sku: "A", version: 9 }));
    await waitFor(() => levels().length === 3);
    expect(levels().map(({ version }) => version)).toEqual([3, 8, 9]);
    await stream.leave();
  });

  test("never shows an older state after a newer one, however far behind its feed is", async () => {
    const { stream, tell, levels, listeners } = open(2, {
      lastEventId: ids.encode(at(20)),
      missed: async () => ({ changes: [], cursor: at(30) }),
    });
    await waitFor(() => stream.lastEventId() === ids.encode(at(30)));
    expect(listeners.size).toBe(1);
    // The reader has seen all of this elsewhere, and perhaps newer.
    tell(batch(2, 10, { sku: "A", version: 1 }));
    tell(batch(10, 29, { sku: "A", version: 2 }));
    tell(batch(29, 31, { sku: "A", version: 3 }));
    await waitFor(() => levels().length > 0);
    expect(levels()).toEqual([{ sku: "A", version: 3 }]);
    await stream.leave();
  });

  test("says resync once where the id is none of its own, with an id that is, and goes on", async () => {
    for (const lastEventId of [
      "",
      "nonsense",
      createStreamIds("other", streamKeys.sku).encode(at(1)),
      ids.encode(at(1)),
    ]) {
      const { stream, tell, levels, resyncs } = open(2, { lastEventId });
      await waitFor(() => resyncs().length === 1);
      expect(stream.lastEventId()).toBe(ids.encode(at(100)));
      tell(batch(2, 50, { sku: "A", version: 1 }));
      tell(batch(50, 101, { sku: "A", version: 2 }));
      await waitFor(() => levels().length === 1);
      expect(levels()).toEqual([{ sku: "A", version: 2 }]);
      expect(resyncs()).toHaveLength(1);
      await stream.leave();
    }
  });

  test("says resync where more happens than can wait while it catches up", async () => {
    const gate = Promise.withResolvers<void>();
    const { stream, tell, resyncs, listeners, levels } = open(2, {
      lastEventId: ids.encode(at(1)),
      async missed() {
        await gate.promise;
        return { changes: [], cursor: at(2) };
      },
    });
    await waitFor(() => listeners.size === 1);
    const thousand = Array.from({ length: 1_000 }, (_, n): Level => ({ sku: `S${n}`, version: 1 }));
    for (let n = 0; n < 11; n += 1) tell(batch(2 + n, 3 + n, ...thousand));
    gate.resolve();
    await waitFor(() => resyncs().length === 1);
    expect(resyncs()).toEqual([{ reason: "backlog" }]);
    expect(stream.lastEventId()).toBe(ids.encode(at(100)));
    expect(levels()).toEqual([]);
    await stream.leave();
  });

  test("stops following when it cannot begin, and when its reader goes", async () => {
    const failing = open(2, {
      lastEventId: ids.encode(at(1)),
      missed: () => Promise.reject(new Error("no database")),
    });
    await failing.stream.ended;
    expect(failing.resyncs()).toEqual([{ reason: "unavailable" }]);
    expect(failing.listeners.size).toBe(0);
    const left = open(2, {});
    await waitFor(() => left.listeners.size === 1);
    await left.stream.begun;
    await left.stream.leave();
    await waitFor(() => left.listeners.size === 0);
  });
});
