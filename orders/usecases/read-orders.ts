import { z } from "zod";
import { may } from "../../shared/contracts/permissions.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import { forbidden, notFound } from "../../shared/kernel/errors.ts";
import type { Actor, Order, OrderStatus } from "../domain/order.ts";
import type { TimelineEntry } from "../domain/react.ts";
import type { OrderStore } from "./ports.ts";

export type Caller = Pick<Principal, "userId" | "role" | "stepUp">;

export const isStaff = ({ role }: Caller): boolean => may(role, "orders.read-all");

export const mayRead = (caller: Caller, order: { readonly userId: string }): boolean =>
  order.userId === caller.userId || isStaff(caller);

/** Fails with `NOT_FOUND` where the order is somebody else's, exactly as where there is none. */
export const assertMayRead = (caller: Caller, order: { readonly userId: string }): void => {
  if (!mayRead(caller, order)) throw notFound("order");
};

/** As whom a caller acts on an order: staff may do more, with their own orders too. */
export const actorOf = (caller: Caller): Actor => ({
  kind: may(caller.role, "orders.write-all") ? "staff" : "user",
  id: caller.userId,
});

/** Fails with `NOT_FOUND`. */
export const readOrder =
  ({ orders }: { readonly orders: OrderStore }) =>
  async (caller: Caller, orderId: string): Promise<Order> => {
    const order = await orders.find(orderId);
    if (order === null || !mayRead(caller, order)) throw notFound("order");
    return order;
  };

/** Where a page of orders ended. */
export const orderPositionSchema = z.object({ id: z.uuid() });

export interface ListOrdersInput {
  readonly status: OrderStatus | null;
  /** Staff only. */
  readonly userId: string | null;
  /** Staff only: those that were archived, instead of those that were not. */
  readonly archived: boolean;
  readonly beforeId: string | null;
  readonly limit: number;
}

/** Newest first: a customer's own, staff all. Fails with `FORBIDDEN` when a customer asks for more. */
export const listOrders =
  ({ orders }: { readonly orders: OrderStore }) =>
  async (
    caller: Caller,
    input: ListOrdersInput,
  ): Promise<{ items: Order[]; nextBeforeId: string | null }> => {
    const { limit, status, archived, beforeId } = input;
    if (!isStaff(caller) && input.userId !== null && input.userId !== caller.userId)
      throw forbidden("Only staff may list somebody else's orders.");
    if (!isStaff(caller) && archived) throw forbidden("Only staff may list archived orders.");
    const userId = isStaff(caller) ? input.userId : caller.userId;
    const found = await orders.list({ userId, status, archived, beforeId, limit: limit + 1 });
    const items = found.slice(0, limit);
    return { items, nextBeforeId: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  };

/** An order, and why or with what it came into its status, in the words of who brought it there. */
export interface OrderForCard {
  readonly order: Order;
  readonly reason: string | null;
}

/** What the shop's people are shown of an order in a chat. Fails with `NOT_FOUND`. */
export const readForCard =
  ({ orders }: { readonly orders: OrderStore }) =>
  async (orderId: string): Promise<OrderForCard> => {
    const [order, timeline] = await Promise.all([orders.find(orderId), orders.timeline(orderId)]);
    if (order === null) throw notFound("order");
    return { order, reason: timeline.findLast(({ what }) => what === order.status)?.cause ?? null };
  };

/** Every step of an order, oldest first. Fails with `NOT_FOUND`. */
export const readTimeline =
  ({ orders }: { readonly orders: OrderStore }) =>
  async (caller: Caller, orderId: string): Promise<TimelineEntry[]> => {
    await readOrder({ orders })(caller, orderId);
    return orders.timeline(orderId);
  };
