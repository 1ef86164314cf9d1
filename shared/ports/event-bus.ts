import type { EventEnvelope } from "../contracts/envelope.ts";

export interface EventSubscription {
  /** Stops taking, waits for the handlers in flight (bounded), leaves the queue in place. */
  close(): Promise<void>;
  /** True while messages flow: a consumer that the broker counts, not merely an open socket. */
  readonly active: boolean;
}

/** How an event comes to its handler. */
export interface Delivery {
  /**
   * True when it may have been delivered before, to somebody of whom nothing was heard since: a process that lost its
   * connection, was stopped, or died of it.
   */
  readonly again: boolean;
}

export interface PublishOptions {
  /** The events may have been published before, by a process that ended meanwhile. A broker finds that out by itself. */
  readonly again?: boolean;
  /** Told of each event that every subscriber has handled or parked, as soon as that is so: where `tellsOfHandled`. */
  readonly onHandled?: (event: EventEnvelope) => void;
}

export interface EventSubscriptionOptions {
  /** The exchange of the publishing service, such as `orders.events`. */
  readonly exchange: string;
  /** This consumer's durable queue, such as `notify.orders-events`; several instances share it. */
  readonly queue: string;
  /** Messages handled at once, at most. */
  readonly prefetch: number;
  /**
   * Handles one event; the event is done when it resolves. When it rejects the message goes back and comes again:
   * counting attempts and parking is the inbox's work (`shared/outbox/inbox.ts`), not the bus's.
   */
  handle(event: EventEnvelope, delivery?: Delivery): Promise<void>;
  /** A message that is no valid envelope. It is done when this resolves (it has been parked), else it comes again. */
  handleMalformed(raw: string, reason: string): Promise<void>;
}

/** How the bus does, as far as this process knows. Asking costs nothing. */
export interface EventBusState {
  /** False while the broker cannot be reached. */
  readonly connected: boolean;
  /** True while the broker is there and takes no messages, since it is short of memory or disk. It goes on delivering. */
  readonly blocked: boolean;
  readonly consumers: {
    /** Subscriptions that are open. */
    readonly wanted: number;
    /** Those of them to which messages flow. */
    readonly active: number;
  };
}

/**
 * At-least-once fan-out: every queue of an exchange gets every event, a queue keeps what its consumers did not
 * finish, also while none is running. Events of one aggregate are published in order; duplicates do happen.
 */
export interface EventBus {
  /** True in process, where `publish` takes as long as the slowest handler: then it tells `onHandled` of each event. */
  readonly tellsOfHandled?: boolean;
  /** Makes the exchange known, and the queues that must exist before anything is published. Safe to repeat. */
  declare(topology: readonly { exchange: string; queues: readonly string[] }[]): Promise<void>;
  /**
   * Resolves when every event is safely with every queue (broker: confirmed and routed; in process: handled or
   * parked by every subscriber). Rejects when any is not: publish them again.
   */
  publish(exchange: string, events: readonly EventEnvelope[], options?: PublishOptions): Promise<void>;
  subscribe(options: EventSubscriptionOptions): Promise<EventSubscription>;
  state(): EventBusState;
  /** Resolves when the broker can be reached and takes messages. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
