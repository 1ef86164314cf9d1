import type { Update } from "grammy/types";
import { reasonOf } from "../../shared/outbox/failure.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { pause } from "../../shared/runtime/retry.ts";
import type { UntilStored } from "../usecases/ports.ts";
import type { ClaimedUpdate, UpdateInbox } from "../usecases/update-ports.ts";
import type { HandleUpdate } from "./bot.ts";

/** Chats that one process works for at once. */
export const CHATS_AT_ONCE = 16;
/** An update that was begun so often and never ended has ended its processes: it is given up. */
export const UPDATE_ATTEMPTS_MAX = 3;
/** How long `finish` waits for updates under way; what is left is handled by another instance when its claim ends. */
const FINISH_WAIT_MS = 15_000;

export interface UpdateHandlingOptions {
  readonly inbox: Pick<UpdateInbox, "done">;
  readonly handle: HandleUpdate;
  /** A database that is away for a moment must not have an update handled twice. */
  readonly untilStored: UntilStored;
  readonly log: Logger;
  /** A chat is free, and may have more. */
  readonly ring: () => void;
}

/** The updates that this process handles. */
export interface UpdateHandling {
  /** So many more may begin. */
  free(): number;
  underWay(): number[];
  begin(claimed: ClaimedUpdate): void;
  finish(): Promise<void>;
}

export const createUpdateHandling = (options: UpdateHandlingOptions): UpdateHandling => {
  const { inbox, handle, untilStored, log, ring } = options;
  const underWay = new Map<number, Promise<void>>();

  /** One that is not noted as done comes again once its claim ends, as if the process had died. */
  const handleOne = async ({ id: updateId, update, attempts }: ClaimedUpdate): Promise<void> => {
    try {
      if (attempts > UPDATE_ATTEMPTS_MAX)
        log.error("an update was never ended and is given up", { updateId });
      // It was stored as grammY's types have it; whatever else is in there every flow checks.
      else await handle(update as Update);
      await untilStored(() => inbox.done([updateId]));
    } catch (error) {
      log.warn("an update will be handled again", { updateId, reason: reasonOf(error) });
    }
  };

  return {
    free: () => CHATS_AT_ONCE - underWay.size,
    underWay: () => [...underWay.keys()],
    begin(claimed) {
      const work = handleOne(claimed).then(() => {
        underWay.delete(claimed.id);
        ring();
      });
      underWay.set(claimed.id, work);
    },
    async finish() {
      const tooLong = new AbortController();
      const all = Promise.all(underWay.values());
      await Promise.race([all, pause(FINISH_WAIT_MS, tooLong.signal)]).finally(() => tooLong.abort());
    },
  };
};
