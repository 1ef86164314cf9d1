import type { EventOf, EventType, KnownEvent } from "../contracts/events.ts";
import type { Tx } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { type RequestContext, runWithRequest } from "../runtime/request-context.ts";
import { contextOfEvents } from "./event-context.ts";
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

/**
 * The batch form of a handler, for what costs little more for many events than for one. Several types may share one:
 * `batch` gets all events in a row that are for it, oldest first, none of them handled before, and answers what to do
 * once they are committed. A row is not cut when the time of its transaction is up, so its statements should be few
 * however many the events are. When it fails with several, nobody knows which is to blame: it gets
 * them in halves, and so on until one that fails is alone.
 */
export interface BatchHandler<Event extends KnownEvent> {
  readonly batch: (events: readonly Event[], tx: Tx) => Promise<void> | Promise<AfterCommit | undefined>;
}

export type EventHandlers = { readonly [T in EventType]?: EventHandler<T> | BatchHandler<EventOf<T>> };

type AnyHandler = EventHandler<EventType> | BatchHandler<KnownEvent>;

/** An event and the handler that it is for. */
export interface Handling {
  readonly event: KnownEvent;
  readonly handler: AnyHandler;
  /** What its consumer handles it in, where that has begun: then the handler's work is part of it. */
  readonly context?: RequestContext | undefined;
}

/** Null for a type that has no handler here. */
export const handlingOf = (handlers: EventHandlers, event: KnownEvent): Handling | null => {
  // The type picks the handler, which the compiler cannot follow through a union.
  const handler = handlers[event.type] as AnyHandler | undefined;
  return handler === undefined ? null : { event, handler };
};

/** True when both are for one batch handler, which may then be given both at once. */
export const isShared = (one: Handling, other: Handling): boolean =>
  one.handler === other.handler && typeof one.handler !== "function";

/** What the handler does and what it answers for after the commit, within the request and the trace of the events. */
const inContext = async (
  handlings: readonly Handling[],
  work: () => ReturnType<EventHandler<EventType>>,
): Promise<AfterCommit | undefined> => {
  const context = contextOfEvents(handlings.map(({ event, context }) => ({ ...event, context })));
  const after = (await runWithRequest(context, work)) ?? undefined;
  return after === undefined ? undefined : () => runWithRequest(context, after);
};

/**
 * Runs the handler that is for all of these events (one event, or several that share a batch handler), as part of the
 * request that caused them: see `contextOfEvents`.
 */
export const runHandler = async (
  handlings: readonly Handling[],
  tx: Tx,
): Promise<AfterCommit | undefined> => {
  const events = handlings.map(({ event }) => event);
  const [first] = handlings;
  if (first === undefined) return undefined;
  const { handler, event } = first;
  return inContext(handlings, () =>
    typeof handler === "function" ? handler(event, tx) : handler.batch(events, tx),
  );
};

/** Runs work for after the commit. Its failure is logged and changes nothing. */
export const runAfterCommit = async (after: AfterCommit | undefined, log: Logger): Promise<void> => {
  try {
    await after?.();
  } catch (error) {
    log.warn("Work after an event's commit failed", { reason: reasonOf(error) });
  }
};
