import { z } from "zod";
import { reasonOf } from "../../shared/outbox/failure.ts";
import type { Database, Listening } from "../../shared/ports/database.ts";
import type { Logger } from "../../shared/ports/logger.ts";

/** NOTIFY channel on which the database tells of every change of the catalogue, in the transaction of the change. */
export const CATALOGUE_CHANNEL = "catalogue";

/**
 * How long after the question whether anything was missed copies may be used: the bound on what a connection that died in
 * silence, and whatever else loses news, can do.
 */
const FRESH_MS = 800;
/** A copy that is used when the last question is so old makes the next one be asked, so that readers need not wait for it. */
const RENEW_MS = 300;
/** Longest wait for the answer. */
const ASK_MS = 500;
/** The oid besides, since a copy of a database has the identity of the first. */
const ASK = `select revision, identity || '.' || (select oid from pg_database where datname = current_database()) as catalogue
  from catalogue_revision`;

const newsSchema = z.object({
  revision: z.int(),
  product: z.object({ id: z.string(), slug: z.string(), sku: z.string() }).optional(),
  categories: z.literal(true).optional(),
});

const answerSchema = z.object({ revision: z.coerce.number().int(), catalogue: z.string() });

/** What has changed: a product, or the tree. */
export type CacheNews = Pick<z.infer<typeof newsSchema>, "product" | "categories">;

export interface CacheListener {
  /** Null: something was missed, so forget everything. */
  forget(news: CacheNews | null): void;
}

/**
 * How copies stay true over several instances. Every change of the catalogue raises its revision and is told of by the
 * database as it commits; and since telling may fail in silence, copies are used only while the database has said within the
 * last moments that the revision is still the one that is known here. Without `start` nobody keeps copies.
 */
export interface CacheNewsChannel {
  /**
   * Names the catalogue and its revision, as far as is known here: no other state of any catalogue has this name. What is read
   * from the database now is of this revision or a newer one.
   */
  readonly state: string;
  /** Another number whenever anything may have changed. */
  readonly epoch: number;
  /** True while copies may be used. `atMs` is the time, by `performance.now()`, where somebody has it already. */
  isFresh(atMs?: number): boolean;
  /** The same, after having asked where that is not known. Never fails. */
  freshen(): Promise<boolean>;
  listen(listener: CacheListener): void;
  /**
   * After a write of this instance, however it ended: no copy is used before the database has been asked, whose answer comes
   * after the news of that write.
   */
  wrote(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const readNews = (message: string): z.infer<typeof newsSchema> | null => {
  try {
    return newsSchema.parse(JSON.parse(message));
  } catch {
    return null;
  }
};

/** For how long copies may be used: some time from each question on that is answered well. */
const createLease = (nowMs: () => number) => {
  let [freshUntil, renewAt] = [0, 0];
  /** Rises when a question that is under way has become worthless. */
  let turn = 0;
  return {
    isFresh: (atMs: number) => atMs < freshUntil,
    isOld: (atMs: number) => atMs >= renewAt,
    /** Begins a question; its answer is taken by what this gives back, which says whether it still counts. */
    ask() {
      const [askedAt, own] = [nowMs(), turn];
      return (): boolean => {
        if (own !== turn) return false;
        freshUntil = askedAt + FRESH_MS;
        renewAt = askedAt + RENEW_MS;
        return true;
      };
    },
    end(): void {
      turn += 1;
      freshUntil = 0;
    },
  };
};

export interface CacheNewsOptions {
  readonly database: Pick<Database, "listen">;
  readonly log: Logger;
  readonly nowMs?: () => number;
}

/** The news of one instance, over a connection of its own that listens. */
export const createCacheNews = ({
  database,
  log,
  nowMs = () => performance.now(),
}: CacheNewsOptions): CacheNewsChannel => {
  const listeners: CacheListener[] = [];
  const lease = createLease(nowMs);
  let listening: Listening | undefined;
  let catalogue = "";
  /** Null while nothing is known. */
  let revision: number | null = null;
  let epoch = 0;
  let asking: Promise<boolean> | null = null;

  const forget = (news: CacheNews | null) => {
    epoch += 1;
    for (const listener of listeners) listener.forget(news);
  };
  const missAll = () => {
    revision = null;
    lease.end();
    forget(null);
  };
  const hear = (message: string) => {
    const news = readNews(message);
    // Nothing is said by the call after a reconnect: who knows what was said meanwhile.
    if (news === null) return missAll();
    if (revision !== null) {
      if (news.revision > revision + 1) forget(null);
      revision = Math.max(revision, news.revision);
    }
    forget(news);
  };

  const askNow = async (connection: Listening): Promise<boolean> => {
    const taken = lease.ask();
    try {
      const answer = answerSchema.parse(await connection.ask(ASK, ASK_MS));
      if (connection !== listening) return false;
      catalogue = answer.catalogue;
      if (revision === null || answer.revision > revision) {
        revision = answer.revision;
        forget(null);
      }
      return taken();
    } catch (error) {
      log.debug("The catalogue's revision could not be asked for", { reason: reasonOf(error) });
      lease.end();
      return false;
    }
  };
  const ask = (connection: Listening): Promise<boolean> => {
    asking ??= askNow(connection).finally(() => {
      asking = null;
    });
    return asking;
  };
  const isFresh = (atMs = nowMs()): boolean => {
    if (!lease.isFresh(atMs)) return false;
    if (lease.isOld(atMs) && listening !== undefined) void ask(listening);
    return true;
  };

  return {
    get state() {
      return `${catalogue}.${revision}`;
    },
    get epoch() {
      return epoch;
    },
    isFresh,
    async freshen() {
      if (isFresh()) return true;
      return listening === undefined ? false : ask(listening);
    },
    listen: (listener) => void listeners.push(listener),
    wrote: lease.end,
    async start() {
      listening ??= await database.listen(CATALOGUE_CHANNEL, hear);
      await ask(listening);
    },
    async stop() {
      const ended = listening;
      listening = undefined;
      missAll();
      await ended?.close();
    },
  };
};
