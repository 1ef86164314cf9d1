import type { EventOf, EventType } from "../../shared/contracts/events.ts";
import type { AfterCommit, BatchHandler, EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import type { WebhookEvent } from "../domain/webhook.ts";
import type { ShopEvent, ShopEventQueue } from "../usecases/channel-ports.ts";

export interface ShopEventDeps {
  readonly shopEvents: (tx: Tx) => Pick<ShopEventQueue, "enqueue">;
  readonly clock: { now(): Date };
  /** Something waits for a webhook. */
  readonly wake: () => void;
}

type Posted = EventOf<WebhookEvent>;

/** The event as receivers get it. What people wrote stands apart from the data while it is kept. */
const shopEventOf = (event: Posted): ShopEvent => {
  const { id, type, subject, sequence, time } = event;
  const common = { template: "shop-event", type, subject, sequence, occurredAt: time } as const;
  if (!("order" in event.data))
    return { eventId: id, notice: { ...common, orderId: null, reason: null, data: event.data } };
  const { order, previousStatus, reason } = event.data;
  return { eventId: id, notice: { ...common, orderId: order.id, reason, data: { order, previousStatus } } };
};

const both =
  (one: AfterCommit | undefined, other: AfterCommit): AfterCommit =>
  async () => {
    await one?.();
    await other();
  };

/** The same handler, which also puts its events into the queues of the webhooks that listen, in the same transaction. */
const posting = <Event extends Posted>(
  deps: ShopEventDeps,
  handler: BatchHandler<Event>,
): BatchHandler<Event> => ({
  async batch(events, tx) {
    const after = (await handler.batch(events, tx)) ?? undefined;
    const count = await deps.shopEvents(tx).enqueue(events.map(shopEventOf), deps.clock.now());
    return count === 0 ? after : both(after, deps.wake);
  },
});

/**
 * Handlers of the shop's events that post them as well. Types that shared one handler share one still, so that a row of events stays a row. Fails
 * at the start for a type that is posted and has no batch handler.
 */
export const withPosting = (
  deps: ShopEventDeps,
  types: readonly WebhookEvent[],
  handlers: EventHandlers,
): EventHandlers => {
  const made = new Map<unknown, unknown>();
  const postingOf = (type: EventType): unknown => {
    const handler = handlers[type];
    if (handler === undefined || typeof handler === "function")
      throw new Error(`${type} is posted, so it needs a batch handler`);
    // The type picks the handler, which the compiler cannot follow through a union.
    return made.getOrInsertComputed(handler, () => posting(deps, handler as unknown as BatchHandler<Posted>));
  };
  return { ...handlers, ...Object.fromEntries(types.map((type) => [type, postingOf(type)])) };
};
