import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, notFound } from "../../shared/kernel/errors.ts";
import { SUBSCRIPTIONS_MAX } from "../domain/back-in-stock.ts";
import type { ChatStore } from "./ports.ts";
import type { BackInStockStore, Subscription } from "./preference-ports.ts";

export interface BackInStockDeps {
  readonly backInStock: BackInStockStore;
  readonly chats: Pick<ChatStore, "findByTelegram">;
  readonly clock: Clock;
}

/** A person waits for a product from now on, or has done so already. Fails with `CONFLICT` where they wait for as many as one may. */
export const subscribe =
  ({ backInStock, clock }: BackInStockDeps) =>
  async (userId: string, sku: string): Promise<Subscription> => {
    const subscription = await backInStock.add(userId, sku, clock.now());
    if (subscription === null)
      throw conflict(`You wait for ${SUBSCRIPTIONS_MAX} products already: take one out first.`);
    return subscription;
  };

/** Fails with `NOT_FOUND` where they do not wait for it. */
export const readSubscription =
  ({ backInStock }: BackInStockDeps) =>
  async (userId: string, sku: string): Promise<Subscription> => {
    const subscription = await backInStock.find(userId, sku);
    if (subscription === null) throw notFound("subscription");
    return subscription;
  };

export type SubscribeOutcome = "done" | "unknown-person" | "too-many";

/** The same by a Telegram account. Waiting twice, or ending what has ended, changes nothing. */
export const subscribeInChat =
  ({ backInStock, chats, clock }: BackInStockDeps) =>
  async (telegramUserId: number, sku: string, wanted: boolean): Promise<SubscribeOutcome> => {
    const chat = await chats.findByTelegram(telegramUserId);
    if (chat === null) return "unknown-person";
    if (!wanted) {
      await backInStock.remove(chat.userId, sku);
      return "done";
    }
    return (await backInStock.add(chat.userId, sku, clock.now())) === null ? "too-many" : "done";
  };
