import { describe, expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { fakeNews } from "../testing/fake-news.ts";
import type { CacheNews } from "./cache-news.ts";

const changed = (id: string): CacheNews => ({ product: { id, slug: `slug-${id}`, sku: `SKU-${id}` } });

/** News that are heard, and what was to be forgotten since they began. */
const started = async () => {
  const fake = fakeNews();
  const forgotten: (CacheNews | null)[] = [];
  fake.news.listen({ forget: (news) => forgotten.push(news) });
  await fake.news.start();
  forgotten.length = 0;
  return { ...fake, forgotten };
};

const everything = [null];

describe("news of the catalogue", () => {
  test("without a start copies are never used, and after the end no more", async () => {
    const { news } = fakeNews();
    expect(await news.freshen()).toBe(false);
    await news.start();
    expect(news.isFresh()).toBe(true);
    await news.stop();
    expect([news.isFresh(), await news.freshen()]).toEqual([false, false]);
  });

  test("what has changed is forgotten and nothing else; the state gets another name", async () => {
    const { news, commit, forgotten } = await started();
    const before = news.state;
    commit(changed("a"));
    expect(forgotten).toMatchObject([changed("a")]);
    expect(news.isFresh()).toBe(true);
    expect(news.state).not.toBe(before);
  });

  test("copies are used for 800 ms after a question; readers do not wait while they keep on reading", async () => {
    const { news, state } = await started();
    state.nowMs = 299;
    expect([news.isFresh(), state.asked]).toEqual([true, 1]);
    state.nowMs = 300;
    expect([news.isFresh(), state.asked]).toEqual([true, 2]);
    // The answer to that comes while they read.
    state.nowMs = 1_099;
    await waitFor(() => news.isFresh(), { what: "the answer" });
    expect(state.asked).toBe(3);
    state.nowMs = 1_899;
    expect(news.isFresh()).toBe(false);
    expect(await news.freshen()).toBe(true);
  });

  test("counts the time from the question, not from its answer", async () => {
    const { news, state } = await started();
    state.nowMs = 5_000;
    const held = Promise.withResolvers<void>();
    state.beforeAnswer = () => held.promise;
    const asked = news.freshen();
    state.nowMs = 5_700;
    held.resolve();
    expect(await asked).toBe(true);
    state.nowMs = 5_800;
    expect(news.isFresh()).toBe(false);
  });

  test("a change that nobody told of is found by the next question, and all is forgotten", async () => {
    const { news, state, commit, forgotten } = await started();
    commit(changed("a"), { isHeard: false });
    state.nowMs = 800;
    expect(news.isFresh()).toBe(false);
    expect(await news.freshen()).toBe(true);
    expect(forgotten).toEqual(everything);
  });

  test("a gap between two changes makes all be forgotten", async () => {
    const { commit, forgotten } = await started();
    commit(changed("a"), { isHeard: false });
    commit(changed("b"));
    expect(forgotten).toMatchObject([null, changed("b")]);
  });

  test("an answer that is older than the news that came meanwhile takes nothing back", async () => {
    const { news, state, commit, forgotten } = await started();
    state.nowMs = 1_000;
    const held = Promise.withResolvers<void>();
    state.beforeAnswer = () => held.promise;
    const asked = news.freshen();
    commit(changed("a"));
    const after = news.state;
    held.resolve();
    expect(await asked).toBe(true);
    expect(news.state).toBe(after);
    expect(forgotten).toMatchObject([changed("a")]);
  });

  test.each(["", "nonsense", '{"revision":"1"}'])(
    "what is no news (%p) makes all be forgotten, and copies wait for a question",
    async (payload) => {
      const { news, say, forgotten } = await started();
      say(payload);
      expect(forgotten).toEqual(everything);
      expect(news.isFresh()).toBe(false);
      expect(await news.freshen()).toBe(true);
    },
  );

  test("a question that fails ends the use of copies, until one is answered", async () => {
    const { news, state } = await started();
    state.beforeAnswer = () => Promise.reject(new Error("the connection is away"));
    state.nowMs = 799;
    expect(news.isFresh()).toBe(true);
    await waitFor(() => !news.isFresh(), { what: "the failure" });
    expect(await news.freshen()).toBe(false);
    state.beforeAnswer = () => Promise.resolve();
    expect(await news.freshen()).toBe(true);
  });

  test("after a write of its own an instance asks before it uses a copy", async () => {
    const { news, state } = await started();
    news.wrote();
    expect(news.isFresh()).toBe(false);
    expect(await news.freshen()).toBe(true);
    expect(state.asked).toBe(2);
  });

  test("a question that was asked before a write says nothing of what came of it", async () => {
    const { news, state } = await started();
    state.nowMs = 1_000;
    const held = Promise.withResolvers<void>();
    state.beforeAnswer = () => held.promise;
    const asked = news.freshen();
    news.wrote();
    held.resolve();
    expect(await asked).toBe(false);
    expect(news.isFresh()).toBe(false);
    expect(await news.freshen()).toBe(true);
  });

  test("many who wait ask once", async () => {
    const { news, state } = await started();
    state.nowMs = 1_000;
    await Promise.all(Array.from({ length: 50 }, () => news.freshen()));
    expect(state.asked).toBe(2);
  });
});
