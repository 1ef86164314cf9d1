import type { Update } from "grammy/types";
import type { HandleUpdate } from "./bot.ts";

/** Chats that are worked for at once. */
export const CHATS_AT_ONCE = 16;
/** Telegram keeps an update for 24 h and may deliver it again until then. */
const REMEMBER_MS = 25 * 3_600_000;
/** While an update is being handled; shorter, so that one whose handler died comes again. */
const CLAIM_MS = 60_000;

/** Where handled updates are remembered, over all instances. */
export interface UpdateMemory {
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface UpdateIntake {
  /** Resolves when the update is done, by us or by somebody before. Rejects when it could not be claimed or handled. */
  take(update: Update): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** The private chat that an update belongs to; updates of one chat keep their order. */
const laneOf = (update: Update): number =>
  update.message?.chat.id ?? update.callback_query?.from.id ?? update.my_chat_member?.chat.id ?? 0;

const createSlots = (size: number) => {
  let free = size;
  const waiting: (() => void)[] = [];
  return async (work: () => Promise<void>): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};

/** Takes updates in: each once, those of one chat in order, chats in parallel. */
export const createUpdateIntake = (
  botId: string,
  memory: UpdateMemory,
  handle: HandleUpdate,
): UpdateIntake => {
  const lanes = new Map<number, Promise<void>>();
  const inSlot = createSlots(CHATS_AT_ONCE);

  const once = async (update: Update): Promise<void> => {
    const key = `notify:update:${botId}:${update.update_id}`;
    if (!(await memory.setIfAbsent(key, "claimed", CLAIM_MS))) return;
    try {
      await handle(update);
    } catch (error) {
      await memory.delete(key);
      throw error;
    }
    await memory.set(key, "done", REMEMBER_MS);
  };

  const take = (update: Update): Promise<void> => {
    const lane = laneOf(update);
    const before = lanes.get(lane) ?? Promise.resolve();
    const done = before.catch(() => undefined).then(() => inSlot(() => once(update)));
    lanes.set(lane, done);
    const leave = () => {
      if (lanes.get(lane) === done) lanes.delete(lane);
    };
    done.then(leave, leave);
    return done;
  };

  return {
    take,
    async idle() {
      while (lanes.size > 0) await Promise.allSettled(lanes.values());
    },
  };
};
