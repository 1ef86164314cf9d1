import type { SendResult } from "../../notify/domain/send-result.ts";
import { classifyFailure } from "../../notify/domain/send-result.ts";
import type { Life } from "../world/life.ts";
import type { World } from "../world/world.ts";

/** Telegram, as far as it matters whether a message has arrived. */
export interface Telegram {
  /** How often each delivery has come to its reader. */
  readonly arrived: ReadonlyMap<string, number>;
  /** Sends a message; what the outcome means is said by `notify/domain/send-result.ts`. */
  send(life: Life, deliveryId: string): Promise<SendResult>;
}

const CALL_MS = 40;
const DEADLINE_MS = 3_000;

/** It refuses connections, is too busy, fails, and sometimes delivers a message without ever saying so. */
export const createTelegram = ({ scheduler, dice, weather }: World): Telegram => {
  const arrived = new Map<string, number>();
  const arrive = (id: string) => {
    arrived.set(id, (arrived.get(id) ?? 0) + 1);
    return { kind: "sent", messageId: arrived.size } as const;
  };
  const fail = (id: string): SendResult => {
    const how = dice.pick(["refused", "busy", "broken", "silent"]);
    if (how === "refused") return classifyFailure({ kind: "no-answer", code: "ECONNREFUSED" });
    const answer = { kind: "answer", description: how, retryAfterSeconds: 1 } as const;
    if (how === "busy") return classifyFailure({ ...answer, status: 429 });
    if (dice.next() < 0.5) arrive(id);
    if (how === "broken") return classifyFailure({ ...answer, status: 502 });
    return classifyFailure({ kind: "no-answer", code: "ECONNRESET" });
  };
  return {
    arrived,
    send(life, id) {
      const { promise, resolve } = Promise.withResolvers<SendResult>();
      const isBroken = weather.strikes("telegram-silent");
      scheduler.after(1 + dice.below(CALL_MS), () => {
        const result = isBroken ? fail(id) : arrive(id);
        if (!weather.strikes("answer-lost")) life.later(1, () => resolve(result));
      });
      life.later(DEADLINE_MS, () => resolve(classifyFailure({ kind: "no-answer", code: "ETIMEDOUT" })));
      return promise;
    },
  };
};
