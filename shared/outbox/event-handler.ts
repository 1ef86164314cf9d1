import type { EventOf, EventType, KnownEvent } from "../contracts/events.ts";
import type { Tx } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { reasonOf } from "./failure.ts";

/** Work for after the commit, such as waking a worker. It may be lost in a crash, so nothing may depend on it. */
export type AfterCommit = () => void | Promise<void>;

/**
 * Applies one event within the transaction that records it as handled, which it shares with other events. It has no
 * effect outside `tx`: what it may answer runs after the commit. It may run several times for one event, but commits
 * once.
 */
export type EventHandler<T extends EventType> = (
  event: EventOf<T>,
  tx: Tx,
) => Promise<void> | Promise<AfterCommit | undefined>;

export type EventHandlers = { readonly [T in EventType]?: EventHandler<T> };

export const runHandler = async (
  handlers: EventHandlers,
  event: KnownEvent,
  tx: Tx,
): Promise<AfterCommit | undefined> => {
  // The type picks the handler, which the compiler cannot follow through a union.
  const handler = handlers[event.type] as EventHandler<typeof event.type> | undefined;
  const after = await handler?.(event, tx);
  return after ?? undefined;
};

/** Runs work for after the commit. Its failure is logged and changes nothing. */
export const runAfterCommit = async (after: AfterCommit | undefined, log: Logger): Promise<void> => {
  try {
    await after?.();
  } catch (error) {
    log.warn("Work after an event's commit failed", { reason: reasonOf(error) });
  }
};
