import type { Database, Listening } from "../../shared/ports/database.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { type CacheNews, createCacheNews } from "../store/cache-news.ts";

/** A database as far as the news of the catalogue need it: a revision, a connection that hears, and a clock that a test moves. */
export const fakeNews = () => {
  let hear: (payload: string) => void = () => undefined;
  const state = {
    revision: 0,
    nowMs: 0,
    /** How often the revision was asked for. */
    asked: 0,
    /** What a question waits for before it is answered, by what was so when it was asked; a failure is a connection that is away. */
    beforeAnswer: (): Promise<void> => Promise.resolve(),
  };
  const listening: Listening = {
    async ask() {
      state.asked += 1;
      const { revision } = state;
      await state.beforeAnswer();
      return { revision: String(revision), catalogue: "test" };
    },
    close: async () => undefined,
  };
  const database: Pick<Database, "listen"> = {
    async listen(_, onNotify) {
      hear = onNotify;
      return listening;
    },
  };
  const news = createCacheNews({ database, log: silentLogger(), nowMs: () => state.nowMs });
  return {
    news,
    state,
    /** Commits a change. */
    commit(change: CacheNews, { isHeard = true } = {}) {
      state.revision += 1;
      if (isHeard) hear(JSON.stringify({ revision: state.revision, ...change }));
    },
    /** Says something that is no news: nothing, as after a reconnect, or nonsense. */
    say: (payload: string) => hear(payload),
  };
};
