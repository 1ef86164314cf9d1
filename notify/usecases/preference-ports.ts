import type { Preferences } from "../domain/preferences.ts";

export interface PreferenceStore {
  /** What they have chosen; of who has chosen nothing, that. */
  find(userId: string): Promise<Preferences>;
  /**
   * Changes what a person has chosen, one change after the other. Where their quiet hours change, what these held back is looked at
   * again at once. Null for a person who was deleted: nothing is kept of them.
   */
  update(
    userId: string,
    change: (before: Preferences) => Preferences,
    now: Date,
  ): Promise<Preferences | null>;
}

/** A product that a person waits for. */
export interface Subscription {
  readonly sku: string;
  readonly since: Date;
}

/** Who of those who wait for a product is told of it. */
export interface ServedSubscriber {
  readonly userId: string;
  readonly sku: string;
}

export interface BackInStockStore {
  /** Keeps the place in the row where they wait already. Null where they wait for as many products as one may, or were deleted. */
  add(userId: string, sku: string, now: Date): Promise<Subscription | null>;
  remove(userId: string, sku: string): Promise<void>;
  /** All of a person's, by SKU; there are `SUBSCRIPTIONS_MAX` at most. */
  list(userId: string): Promise<Subscription[]>;
  find(userId: string, sku: string): Promise<Subscription | null>;
  /**
   * Takes out those who waited longest, as many for each SKU as is said, in their order. Who cannot be written to or wants no such
   * news keeps the place and takes none of it. Each is taken by one call, whoever else calls.
   */
  take(limits: ReadonlyMap<string, number>): Promise<ServedSubscriber[]>;
}
