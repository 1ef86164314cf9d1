import { type DeliveryState, dedupeKeyOf, LIFE_MS, type Settlement } from "../../notify/domain/delivery.ts";
import type { Notice } from "../../notify/domain/notice.ts";
import { noticesToBuyer } from "../../notify/domain/order-news.ts";
import type { EventOf } from "../../shared/contracts/events.ts";
import type { EventHandlers } from "../../shared/outbox/event-handler.ts";
import type { Tx } from "../../shared/ports/database.ts";
import type { Broker } from "../bus/broker.ts";
import { createInbox, handlingTx, type Inbox } from "../bus/inbox.ts";
import { createMemoryDatabase, type MemoryDatabase, type MemoryTx } from "../stores/memory-database.ts";
import { createInstance, type Instance, type Life } from "../world/life.ts";
import type { World } from "../world/world.ts";
import { createTelegram, type Telegram } from "./telegram.ts";

type OrderEvent = EventOf<"order.confirmed" | "order.rejected" | "order.status-changed" | "order.cancelled">;

export interface Message {
  readonly id: string;
  readonly dedupeKey: string;
  readonly userId: string;
  readonly notice: Notice;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAtMs: number;
  /** Until when whoever claimed it has it alone. */
  readonly claim: { readonly by: symbol; readonly untilMs: number } | null;
}

interface NotifyApi {
  replayParked(): Promise<void>;
}

export interface NotifyService {
  readonly messages: ReadonlyMap<string, Message>;
  readonly telegram: Telegram;
  readonly inbox: Inbox;
  readonly instances: readonly [Instance<NotifyApi>, Instance<NotifyApi>];
}

const POLL_MS = 1_000;
const FAILURE_PAUSE_MS = 2_000;
/** Longer than a send may take, and than its outcome is tried to be stored. */
const CLAIM_MS = 15_000;
const STORE_ATTEMPTS = 4;

/** What an event tells the buyer, in the transaction that handles it; the same message never comes twice. */
const createHandlers = (world: World, messages: Map<string, Message>): EventHandlers => {
  const enqueue = async (event: OrderEvent, given: Tx): Promise<void> => {
    const tx = handlingTx(given);
    const { order, previousStatus, reason } = event.data;
    const { id: orderId, userId } = order;
    for (const notice of noticesToBuyer({ ...order, orderId, previousStatus, reason })) {
      const dedupeKey = dedupeKeyOf(event.id, userId, notice);
      await tx.lock(dedupeKey);
      const id = world.newId();
      tx.effect(() => {
        if ([...messages.values()].some((message) => message.dedupeKey === dedupeKey)) return;
        const fresh = { state: "pending", attempts: 0, nextAtMs: 0, claim: null } as const;
        messages.set(id, { ...{ id, dedupeKey, userId, notice }, ...fresh });
      });
    }
  };
  return {
    "order.confirmed": enqueue,
    "order.rejected": enqueue,
    "order.status-changed": enqueue,
    "order.cancelled": enqueue,
  };
};

/**
 * The queue by the contract of `notify/usecases/delivery-ports.ts`: a message is claimed before it is sent, one of a person at a
 * time; whose claim has run out is unknown; an outcome counts for the claim that it was made under.
 */
const createQueue = (database: MemoryDatabase, messages: Map<string, Message>, life: Life) => {
  const put = (message: Message, more: Partial<Message>) => messages.set(message.id, { ...message, ...more });
  const sweep = (tx: MemoryTx) => {
    for (const message of messages.values()) {
      const hasRunOut = message.claim !== null && message.claim.untilMs <= tx.now.getTime();
      if (hasRunOut && tx.tryLock(message.id))
        tx.write(() => void put(message, { state: "unknown", claim: null }));
    }
  };
  const claim = (by: symbol): Promise<Message | null> =>
    database.transaction(life, async (tx) => {
      sweep(tx);
      const now = tx.now.getTime();
      const busy = new Set(
        [...messages.values()].filter((message) => message.claim !== null).map(({ userId }) => userId),
      );
      for (const message of messages.values()) {
        const isDue = message.state === "pending" && message.nextAtMs <= now && !busy.has(message.userId);
        if (!isDue || !tx.tryLock(`person ${message.userId}`) || !tx.tryLock(message.id)) continue;
        const claimed: Message = {
          ...message,
          state: "sending",
          attempts: message.attempts + 1,
          claim: { by, untilMs: now + CLAIM_MS },
        };
        tx.write(() => void messages.set(message.id, claimed));
        return claimed;
      }
      return null;
    });
  const record = (claimed: Message, { state, nextAt }: Settlement) =>
    database.transaction(life, async (tx) => {
      await tx.lock(claimed.id);
      const message = messages.get(claimed.id);
      if (message?.claim?.by !== claimed.claim?.by || message === undefined) return;
      tx.write(() => void put(message, { state, claim: null, nextAtMs: nextAt?.getTime() ?? 0 }));
    });
  return { claim, record };
};

const startWorker = (
  world: World,
  telegram: Telegram,
  queue: ReturnType<typeof createQueue>,
  life: Life,
): void => {
  const settlementOf = (message: Message, result: Awaited<ReturnType<Telegram["send"]>>): Settlement => {
    const now = world.trueClock.now();
    const expiresAt = new Date(now.getTime() + LIFE_MS.transactional);
    const rest = {
      class: "transactional",
      channel: "telegram",
      telegramMessageId: null,
      reason: null,
    } as const;
    const times = { nextAt: now, expiresAt, createdAt: now, updatedAt: now };
    return world.parts.settleDelivery({ ...message, ...rest, ...times }, result, { now, idempotent: false });
  };
  const store = async (message: Message, settlement: Settlement): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await queue.record(message, settlement);
      } catch (error) {
        if (attempt >= STORE_ATTEMPTS) throw error;
        await life.wait(100 * attempt);
      }
    }
  };
  const turn = async (): Promise<boolean> => {
    const message = await queue.claim(Symbol("claim"));
    if (message === null) return false;
    const result = await telegram.send(life, message.id);
    world.tell(life.name, () => `${message.notice.template} to ${message.userId.slice(-2)}: ${result.kind}`);
    await store(message, settlementOf(message, result));
    return true;
  };
  const loop = async () => {
    for (;;) {
      try {
        if (!(await turn())) await life.wait(POLL_MS);
      } catch {
        await life.wait(FAILURE_PAUSE_MS);
      }
    }
  };
  void loop();
};

export const createNotifyService = (world: World, broker: Broker): NotifyService => {
  const database = createMemoryDatabase(world, "notify");
  const inbox = createInbox({ world, database, queue: "notify.orders-events" });
  const messages = new Map<string, Message>();
  const telegram = createTelegram(world);
  const handlers = createHandlers(world, messages);
  const boot = (life: Life): NotifyApi => {
    broker.consume("notify.orders-events", life, inbox.handlerOf(life, handlers));
    startWorker(world, telegram, createQueue(database, messages, life), life);
    return { replayParked: () => inbox.replayParked(life, handlers) };
  };
  const instance = (n: number) => createInstance(`notify-${n}`, world, boot);
  return { messages, telegram, inbox, instances: [instance(1), instance(2)] };
};
