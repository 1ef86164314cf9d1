import {
  STOCK_CATCH_UP_MS,
  STOCK_CHANNEL,
  type StockChange,
  stockMessageSchema,
} from "../../shared/contracts/stock-stream.ts";
import { reasonOf } from "../../shared/outbox/failure.ts";
import { createWakeSignal } from "../../shared/outbox/wake-signal.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { PubSub, PubSubSubscription } from "../../shared/ports/pub-sub.ts";
import { newestBySku } from "../domain/stock.ts";
import type { CatchUpStock } from "../usecases/catch-up-stock.ts";
import type { StockReplica } from "../usecases/ports.ts";

/** Changes that wait to be applied, at most; beyond that they are dropped and the next pull brings them. */
const WAITING_MAX = 10_000;
/** After a pull or a write that failed. */
const RETRY_MS = 1_000;

export interface StockFeedOptions {
  readonly pubSub: PubSub;
  readonly replica: Pick<StockReplica, "apply">;
  readonly catchUp: CatchUpStock;
  readonly log: Logger;
  readonly catchUpMs?: number;
  readonly retryMs?: number;
}

export interface StockFeed {
  /** Never fails because inventory is away: the feed keeps asking. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Seconds since the replica was last known to have everything: what it may be behind. */
  lagSeconds(): number;
}

const readMessage = (message: string, log: Logger): readonly StockChange[] => {
  try {
    return stockMessageSchema.parse(JSON.parse(message)).changes;
  } catch {
    log.warn("A stock message breaks its contract and is ignored", { channel: STOCK_CHANNEL });
    return [];
  }
};

/** Says once that an outage begins and once that it is over. */
const createOutageLog = (log: Logger) => {
  let out = false;
  return {
    failed(error: unknown) {
      if (!out) log.warn("Stock cannot be caught up: the last known stays", { reason: reasonOf(error) });
      out = true;
    },
    worked() {
      if (out) log.info("Stock is being caught up again");
      out = false;
    },
  };
};

/**
 * Keeps the replica of stock up to date: what comes over the channel is applied at once; what was lost there is pulled
 * from inventory at the start, after every reconnect and every few seconds. One worker does both, one after the other;
 * messages that come while it writes are taken together.
 */
export const createStockFeed = (options: StockFeedOptions): StockFeed => {
  const { pubSub, replica, catchUp, log, catchUpMs = STOCK_CATCH_UP_MS, retryMs = RETRY_MS } = options;
  const outage = createOutageLog(log);
  const wake = createWakeSignal();
  let waiting: StockChange[] = [];
  let pullAt = 0;
  let completeAt = performance.now();
  let stopping = false;
  let subscription: PubSubSubscription | undefined;
  let running: Promise<void> | undefined;

  const hear = (changes: readonly StockChange[]) => {
    if (waiting.length + changes.length > WAITING_MAX) waiting = newestBySku(waiting);
    if (waiting.length + changes.length > WAITING_MAX) {
      waiting = [];
      pullAt = 0;
    } else waiting.push(...changes);
    wake.ring();
  };
  const turn = async () => {
    const changes = waiting;
    waiting = [];
    if (changes.length > 0) await replica.apply(changes, null);
    if (performance.now() < pullAt) return;
    // Set first, so that a resync which comes while we pull is not forgotten.
    const begunAt = performance.now();
    pullAt = begunAt + catchUpMs;
    await catchUp(() => stopping);
    completeAt = begunAt;
    outage.worked();
  };
  const loop = async () => {
    while (!stopping) {
      try {
        await turn();
      } catch (error) {
        outage.failed(error);
        pullAt = performance.now() + retryMs;
      }
      if (waiting.length === 0 && !stopping) await wake.wait(Math.max(1, pullAt - performance.now()));
    }
  };

  return {
    async start() {
      if (running !== undefined) return;
      subscription = await pubSub.subscribe(STOCK_CHANNEL, {
        onMessage: (message) => hear(readMessage(message, log)),
        onResync() {
          pullAt = 0;
          wake.ring();
        },
      });
      running = loop();
    },
    async stop() {
      stopping = true;
      wake.ring();
      await subscription?.close();
      await running;
    },
    lagSeconds: () => (performance.now() - completeAt) / 1_000,
  };
};
