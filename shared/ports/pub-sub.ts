export interface PubSubSubscription {
  close(): Promise<void>;
}

export interface PubSubHandlers {
  onMessage(message: string): void;
  /** Called after the connection came back: messages may have been missed, so read again from the source. */
  onResync?(): void;
}

/**
 * At-most-once broadcast to whoever listens now (Redis Pub/Sub, or in process). Messages of one publisher arrive
 * in order; what is sent while a subscriber is away is lost, and `onResync` says so. Never the only path of a fact.
 */
export interface PubSub {
  /** Rejects when the message could not be handed over; the caller may ignore that, since the pull heals it. */
  publish(channel: string, message: string): Promise<void>;
  subscribe(channel: string, handlers: PubSubHandlers): Promise<PubSubSubscription>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
