// What the shop's people are told of the shop's own working.

/** Messages that a service could not handle. */
export interface MessagesParkedNotice {
  readonly template: "messages-parked";
  /** Whose: `orders.catalog-events`. */
  readonly queue: string;
  /** How many since the alert before. */
  readonly count: number;
  /** Of what types, the first few. */
  readonly types: readonly string[];
}

/** Orders whose saga does not get on: a service that it asks does not answer. */
export interface SagasStuckNotice {
  readonly template: "sagas-stuck";
  /** How many since the alert before. */
  readonly count: number;
  /** The numbers of the first few orders. */
  readonly numbers: readonly string[];
}

/** A group that alerts went to is none any more: the bot was removed, or may not write there. */
export interface GroupLostNotice {
  readonly template: "group-lost";
  readonly groupId: string;
}

/** Somebody else fetches the bot's updates with its token: what people write and tap may not reach this shop. */
export interface BotConflictNotice {
  readonly template: "bot-conflict";
  /** The number before the colon of its token. */
  readonly botId: string;
}
