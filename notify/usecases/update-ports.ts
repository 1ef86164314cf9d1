/** An update as Telegram brought it (Bot API, Update); what else it holds is for the bot's room to know. */
export interface StoredUpdate {
  readonly update_id: number;
}

/** An update to be stored. `chatId`: those with the same are handled in the order of their ids. */
export interface NewUpdate {
  readonly id: number;
  readonly chatId: number;
  readonly update: StoredUpdate;
}

export interface ClaimedUpdate {
  readonly id: number;
  readonly update: StoredUpdate;
  /** How often it was begun, this time included. */
  readonly attempts: number;
}

/** Where updates are kept from their arrival until they are handled, and remembered for a day, over all instances. Fails as the database does. */
export interface UpdateInbox {
  /** Stores those that are new, all or none. */
  store(updates: readonly NewUpdate[]): Promise<void>;
  /** Takes the oldest of each chat of which nobody handles one, of so many chats at most. */
  claim(chats: number, claimMs: number): Promise<ClaimedUpdate[]>;
  /** Prolongs claims that are under way. */
  keep(ids: readonly number[], claimMs: number): Promise<void>;
  /** They are handled: what they said is forgotten. Again, it changes nothing. */
  done(ids: readonly number[]): Promise<void>;
  /** Updates that are not handled yet, and for how long the oldest of them has waited. */
  waiting(): Promise<{ readonly count: number; readonly oldestSeconds: number }>;
}
