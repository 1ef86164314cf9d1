export interface PubSubSubscription {
  close(): Promise<void>;
}

export interface PubSubHandlers {
  onMessage(message: string): void;
  /**
   * Messages may have been missed, so read again from the source: the connection came back, or a publisher that could not hand
   * over a message is connected again.
   */
  onResync?(): void;
}

/**
 * At-most-once broadcast to whoever listens now (Redis Pub/Sub, or in process). Messages of one publisher arrive
 * in order; what is sent while a subscriber or its publisher is away is lost, and `onResync` says so when both are back. Only a
 * publisher that dies before it could say so leaves no word. Never the only path of a fact.
 */
export interface PubSub {
  /** Rejects when the message could not be handed over; the caller may ignore that, since the pull heals it. */
  publish(channel: string, message: string): Promise<void>;
  subscribe(channel: string, handlers: PubSubHandlers): Promise<PubSubSubscription>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
