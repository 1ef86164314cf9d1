import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError, notFound } from "../../shared/kernel/errors.ts";
import { isUuid, type NewId } from "../../shared/kernel/ids.ts";
import { LIFE_MS } from "../domain/delivery.ts";
import { mayCancel, mayRepeat } from "../domain/order-buttons.ts";
import type { OrderCardNotice } from "../domain/order-notice.ts";
import type { AnnounceDelivery, DeliveryStore } from "./delivery-ports.ts";
import type { Acting, OrderDesk, PlacedAgain, ShopDesk, ShopOrder } from "./shop-ports.ts";

/** Orders that `/orders` lists. */
const LISTED_MAX = 5;
/** Orders among which one is looked for by its number: a page of the list. */
const SEARCHED_MAX = 100;

export interface ChatOrdersDeps {
  readonly desk: ShopDesk;
  readonly orders: OrderDesk;
  /** Puts deliveries into the queue, all or none. */
  readonly enqueue: DeliveryStore["enqueue"];
  readonly announce: AnnounceDelivery;
  /** Something waits to be sent. */
  readonly wake: () => void;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** One tap or one command: whose, and what names it once and for all, however often Telegram delivers it. */
export interface Ask {
  readonly telegramUserId: number;
  /** `tg-<callback query id>` or the like: a key of idempotency. */
  readonly key: string;
}

/** A tap below an order's card: the version that the card showed, and whether that message is too old to act by. */
export interface CardTap extends Ask {
  readonly orderId: string;
  readonly version: number;
  readonly stale: boolean;
}

/** What came of a tap. `refreshed`: the card was out of date, and is shown anew instead. */
export type TapResult<Done> =
  | { readonly outcome: "done"; readonly done: Done }
  | { readonly outcome: "refreshed" | "not-allowed" };

/** An order that was repeated, and what came of that. */
export interface Repeated {
  readonly of: ShopOrder;
  readonly placed: PlacedAgain;
}

const noticeOf = (order: ShopOrder, anew: boolean): OrderCardNotice => {
  const { id: orderId, number, status, version, lines, total } = order;
  const shown = lines.map(({ name, quantity, lineTotal }) => ({ name, quantity, lineTotal }));
  const card = { template: "order-card", orderId, number, status, version, lines: shown, total } as const;
  return { ...card, reason: null, ...(anew ? { anew } : {}) };
};

/**
 * Puts the card into the person's own queue, in the order that the news of the order come in: so there is one card of an order, and it
 * never moves back. Anew: at the end of the chat.
 */
const showCard = async (
  { enqueue, announce, wake, clock, newId }: ChatOrdersDeps,
  { userId }: Acting,
  order: ShopOrder,
  { key, anew }: { readonly key: string; readonly anew: boolean },
): Promise<void> => {
  const now = clock.now();
  const stored = await enqueue(
    [
      {
        id: newId(),
        dedupeKey: `asked:${key}:${order.id}`,
        class: "transactional",
        userId,
        notice: noticeOf(order, anew),
        expiresAt: new Date(now.getTime() + LIFE_MS.transactional),
      },
    ],
    now,
  );
  wake();
  for (const delivery of stored) announce(delivery);
};

/** By id, or by the number that people read; a number may be written in any case. */
const findOrder = async (orders: OrderDesk, as: Acting, name: string): Promise<ShopOrder> => {
  if (isUuid(name)) return orders.readOrder(as, name);
  const number = name.toUpperCase();
  const found = (await orders.listOrders(as, SEARCHED_MAX)).find(
    (order) => order.number.toUpperCase() === number,
  );
  if (found === undefined) throw notFound("order");
  return found;
};

/** The order as it is now; where the card that was tapped shows another version, or is too old, the card is shown anew. */
const current = async (
  deps: ChatOrdersDeps,
  tap: CardTap,
): Promise<{ as: Acting; order: ShopOrder; isFresh: boolean }> => {
  const as = await deps.desk.act(tap.telegramUserId, "own");
  const order = await deps.orders.readOrder(as, tap.orderId);
  const isFresh = !tap.stale && order.version === tap.version;
  if (!isFresh) await showCard(deps, as, order, { key: tap.key, anew: tap.stale });
  return { as, order, isFresh };
};

/** Acts by a card that shows how things are, where they allow it. */
const whenCurrent = async <Done>(
  deps: ChatOrdersDeps,
  tap: CardTap,
  isAllowed: (status: ShopOrder["status"]) => boolean,
  act: (as: Acting, order: ShopOrder) => Promise<Done>,
): Promise<TapResult<Done>> => {
  const { as, order, isFresh } = await current(deps, tap);
  if (!isFresh) return { outcome: "refreshed" };
  return isAllowed(order.status)
    ? { outcome: "done", done: await act(as, order) }
    : { outcome: "not-allowed" };
};

const asItIs = async (_: Acting, order: ShopOrder): Promise<ShopOrder> => order;

/** The card follows with the news of the order. Who is overtaken by a change sees that instead. */
const cancel = async (deps: ChatOrdersDeps, tap: CardTap): Promise<TapResult<ShopOrder>> => {
  const act = (as: Acting, order: ShopOrder) => deps.orders.cancelOrder(as, order);
  try {
    return await whenCurrent(deps, tap, mayCancel, act);
  } catch (error) {
    if (!isKioskError(error, "VERSION_MISMATCH")) throw error;
    await current(deps, tap);
    return { outcome: "refreshed" };
  }
};

/** What a person does with their own orders in the chat, each by the routes of orders and with a customer's rights. */
export const createChatOrders = (deps: ChatOrdersDeps) => {
  const { desk, orders } = deps;
  return {
    async list({ telegramUserId }: Pick<Ask, "telegramUserId">): Promise<readonly ShopOrder[]> {
      return orders.listOrders(await desk.act(telegramUserId, "own"), LISTED_MAX);
    },

    /** Shows an order's card at the end of the chat. Fails with `NOT_FOUND`. */
    async show({ telegramUserId, key, name }: Ask & { readonly name: string }): Promise<void> {
      const as = await desk.act(telegramUserId, "own");
      await showCard(deps, as, await findOrder(orders, as, name), { key, anew: true });
    },

    /** The order below whose card a question was answered with no. */
    look: (tap: CardTap) => whenCurrent(deps, tap, () => true, asItIs),
    askCancel: (tap: CardTap) => whenCurrent(deps, tap, mayCancel, asItIs),
    askRepeat: (tap: CardTap) => whenCurrent(deps, tap, mayRepeat, asItIs),
    cancel: (tap: CardTap) => cancel(deps, tap),
    repeat: (tap: CardTap): Promise<TapResult<Repeated>> =>
      whenCurrent(deps, tap, mayRepeat, async (as, of) => ({
        of,
        placed: await orders.placeAgain(as, of, tap.key),
      })),

    async numberOf(input: { readonly telegramUserId: number; readonly orderId: string }): Promise<string> {
      const as = await desk.act(input.telegramUserId, "own");
      return (await orders.readOrder(as, input.orderId)).number;
    },
  };
};

export type ChatOrders = ReturnType<typeof createChatOrders>;
