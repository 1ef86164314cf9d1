import type { EventEnvelope } from "../contracts/envelope.ts";

export interface EventSubscription {
  /** Stops taking, waits for the handlers in flight (bounded), leaves the queue in place. */
  close(): Promise<void>;
  /** True while messages flow: a consumer that the broker counts, not merely an open socket. */
  readonly active: boolean;
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
  handle(event: EventEnvelope): Promise<void>;
  /** A message that is no valid envelope. It is done when this resolves (it has been parked), else it comes again. */
  handleMalformed(raw: string, reason: string): Promise<void>;
}

/**
 * At-least-once fan-out: every queue of an exchange gets every event, a queue keeps what its consumers did not
 * finish, also while none is running. Events of one aggregate are published in order; duplicates do happen.
 */
export interface EventBus {
  /** Makes the exchange known, and the queues that must exist before anything is published. Safe to repeat. */
  declare(topology: readonly { exchange: string; queues: readonly string[] }[]): Promise<void>;
  /**
   * Resolves when every event is safely with every queue (broker: confirmed and routed; in process: handled or
   * parked by every subscriber). Rejects when any is not: publish them again.
   */
  publish(exchange: string, events: readonly EventEnvelope[]): Promise<void>;
  subscribe(options: EventSubscriptionOptions): Promise<EventSubscription>;
  /** Resolves when the broker can be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
