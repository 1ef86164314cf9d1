import type { CardTap, ChatOrders, TapResult } from "../../usecases/chat-orders.ts";
import type { PlacedAgain } from "../../usecases/shop-ports.ts";
import type { CallbackAction } from "../callback-data.ts";
import { cancelQuestion, cardKeyboard, repeatQuestion } from "../card-keyboard.ts";
import type { Html } from "../html.ts";
import { reply } from "../reply.ts";
import { replyWithOrders, replyWithSupport, type ShopFacts } from "../screens.ts";
import type { Texts } from "../texts/texts.ts";
import type { ButtonHandlers } from "./handlers.ts";
import type { Tap } from "./tap.ts";

const cardTapOf = ({ from, key, stale }: Tap, { id, version }: CallbackAction): CardTap => ({
  telegramUserId: from.id,
  ...{ key, stale, version },
  orderId: id,
});

/** What came of a tap that did nothing is told; of one that did something, its value goes on. */
const doneOf = async <Done>(tap: Tap, result: TapResult<Done>): Promise<{ value: Done } | null> => {
  if (result.outcome === "done") return { value: result.done };
  const { refreshed, notAllowed } = tap.texts().chat.orders;
  if (result.outcome === "refreshed") await tap.answer(refreshed);
  else await tap.answer(notAllowed, { alert: true });
  return null;
};

const wordsOfPlaced = (placed: PlacedAgain, { chat }: Texts): Html => {
  if (placed.outcome === "out-of-stock") return chat.orders.outOfStock(placed.short);
  return placed.outcome === "placed" ? chat.orders.placed(placed.order) : chat.orders.pending(placed.order);
};

type OrderButton =
  | "order-list"
  | "order-show"
  | "order-cancel"
  | "order-cancel-sure"
  | "order-repeat"
  | "order-repeat-sure"
  | "order-keep"
  | "order-support";

/** The buttons of an order's card, and of the list of orders. */
export const orderButtons = (orders: ChatOrders, facts: ShopFacts): ButtonHandlers<OrderButton> => ({
  "order-list": ({ ctx, from }) => replyWithOrders(ctx, from.id, orders),
  async "order-show"({ from, key }, { id }) {
    await orders.show({ telegramUserId: from.id, key, name: id });
  },
  async "order-cancel"(tap, action) {
    const done = await doneOf(tap, await orders.askCancel(cardTapOf(tap, action)));
    if (done === null) return;
    const { id: orderId, version } = done.value;
    await tap.answer(tap.texts().chat.orders.askCancel);
    await tap.setButtons(cancelQuestion({ orderId, version }, tap.texts()));
  },
  async "order-cancel-sure"(tap, action) {
    const done = await doneOf(tap, await orders.cancel(cardTapOf(tap, action)));
    if (done !== null) await tap.answer(tap.texts().chat.orders.cancelled);
  },
  async "order-repeat"(tap, action) {
    const done = await doneOf(tap, await orders.askRepeat(cardTapOf(tap, action)));
    if (done === null) return;
    const { id: orderId, version } = done.value;
    await tap.answer(tap.texts().chat.orders.askRepeat);
    await tap.setButtons(repeatQuestion({ orderId, version }, tap.texts()));
  },
  async "order-repeat-sure"(tap, action) {
    const done = await doneOf(tap, await orders.repeat(cardTapOf(tap, action)));
    if (done === null) return;
    const { of, placed } = done.value;
    await tap.answer();
    await reply(tap.ctx, wordsOfPlaced(placed, tap.texts()));
    await tap.setButtons(
      cardKeyboard({ orderId: of.id, status: of.status, version: of.version }, tap.texts()),
    );
  },
  async "order-keep"(tap, action) {
    const done = await doneOf(tap, await orders.look(cardTapOf(tap, action)));
    if (done === null) return;
    const { id: orderId, status, version } = done.value;
    await tap.answer(tap.texts().chat.orders.kept);
    await tap.setButtons(cardKeyboard({ orderId, status, version }, tap.texts()));
  },
  async "order-support"({ ctx, from }, { id }) {
    await replyWithSupport(ctx, facts, await orders.numberOf({ telegramUserId: from.id, orderId: id }));
  },
});
