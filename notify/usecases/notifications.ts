import { may } from "../../shared/contracts/permissions.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, notFound } from "../../shared/kernel/errors.ts";
import { type Delivery, type DeliveryState, isRetryable, LIFE_MS } from "../domain/delivery.ts";
import type { DeliveryStore } from "./delivery-ports.ts";

export interface ListNotificationsInput {
  readonly principal: Principal;
  readonly state?: DeliveryState | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** A page of deliveries, newest first: a customer's own, everybody's for staff. `nextBefore` is null at the end. */
export const listNotifications =
  ({ deliveries }: { readonly deliveries: DeliveryStore }) =>
  async ({ principal, state, before, limit }: ListNotificationsInput) => {
    const userId = may(principal.role, "notifications.read-all") ? undefined : principal.userId;
    const found = await deliveries.list({ userId, state, before, limit: limit + 1 });
    const items = found.slice(0, limit);
    return { items, nextBefore: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  };

export interface RetryNotificationDeps {
  readonly deliveries: DeliveryStore;
  readonly clock: Clock;
  /** Something waits to be sent. */
  readonly wake: () => void;
}

/**
 * Puts a delivery that failed, or whose outcome is unknown, back into the queue: a person has decided that the risk of a
 * second message is worth it. Fails with `NOT_FOUND`, and with `CONFLICT` where it was sent or is under way.
 */
export const retryNotification =
  ({ deliveries, clock, wake }: RetryNotificationDeps) =>
  async (id: string): Promise<Delivery> => {
    const delivery = await deliveries.find(id);
    if (delivery === null) throw notFound("notification");
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + LIFE_MS[delivery.class]);
    const reopened = isRetryable(delivery)
      ? await deliveries.reopen(id, delivery.state, expiresAt, now)
      : null;
    if (reopened === null)
      throw conflict(
        "Only a notification that failed, expired, was suppressed or is unknown can be sent again.",
      );
    wake();
    return reopened;
  };
