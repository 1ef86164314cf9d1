import type { StockChanged } from "../../usecases/chat-stock.ts";
import type { Acting } from "../../usecases/shop-ports.ts";
import type { StockCard } from "../../usecases/stock-card.ts";
import { askInWords } from "../reply.ts";
import type { ShopFacts } from "../screens.ts";
import type { StaffCases } from "../staff-cases.ts";
import {
  confirmCountScreen,
  type Screen,
  stockCardScreen,
  stockListScreen,
  todayScreen,
} from "../stock-screens.ts";
import type { ButtonHandlers } from "./handlers.ts";
import { forStaff, type StaffHandler } from "./staff.ts";
import type { Tap } from "./tap.ts";

interface StockButtonsDeps {
  readonly cases: StaffCases;
  readonly facts: ShopFacts;
}

const show = (tap: Tap, { words, keyboard }: Screen): Promise<void> => tap.setText(words, keyboard);

const showCard = (tap: Tap, card: StockCard, { facts }: StockButtonsDeps): Promise<void> =>
  show(tap, stockCardScreen(card, tap.texts(), facts));

/** What was done is said first: who is not told thinks that it was not, and taps again. */
const showChanged = async (
  tap: Tap,
  { card }: StockChanged,
  words: string,
  deps: StockButtonsDeps,
): Promise<void> => {
  await tap.answer(words);
  if (card === null) await tap.answer(tap.texts().stock.cardLost);
  else await showCard(tap, card, deps);
};

/** Below a card of a day ago nothing is done: it is shown as it is now. */
const whenFresh =
  (deps: StockButtonsDeps, handle: StaffHandler): StaffHandler =>
  async (tap, action, as) => {
    if (!tap.stale) return handle(tap, action, as);
    const card = await deps.cases.stock.card(as, { ref: action.id });
    await tap.answer(tap.texts().stock.refreshed);
    await showCard(tap, card, deps);
  };

/** Sends the card to whoever has tapped, in their own chat: an alert may stand in a group. */
const openCard = async (
  tap: Tap,
  ref: string,
  as: Acting,
  { cases, facts }: StockButtonsDeps,
): Promise<void> => {
  const { words, keyboard } = stockCardScreen(await cases.stock.card(as, { ref }), tap.texts(), facts);
  await tap.ctx.api.sendMessage(tap.from.id, words.markup, { parse_mode: "HTML", reply_markup: keyboard });
  await tap.answer(tap.ctx.chat?.type === "private" ? undefined : tap.texts().stock.openedInPrivate);
};

const add = (deps: StockButtonsDeps): StaffHandler =>
  whenFresh(deps, async (tap, { id: ref, argument }, as) => {
    const units = Number(argument);
    const changed = await deps.cases.stock.add(as, { ref, units, key: tap.key });
    await showChanged(tap, changed, tap.texts().stock.added(units, changed.stock), deps);
  });

const undo = (deps: StockButtonsDeps): StaffHandler =>
  whenFresh(deps, async (tap, { id: ref, version }, as) => {
    const { undone, undoShort, undoRefused } = tap.texts().stock;
    const outcome = await deps.cases.stock.undo(as, { ref, version });
    if (outcome.kind === "done") return showChanged(tap, outcome, undone(outcome.stock), deps);
    const words = outcome.kind === "short" ? undoShort(outcome.units) : undoRefused[outcome.why];
    await tap.answer(words, { alert: true });
    await showCard(tap, outcome.card, deps);
  });

/** Asks for the count; the answer comes as a message (`receiveCount`). */
const askCount = (deps: StockButtonsDeps): StaffHandler =>
  whenFresh(deps, async (tap, { id: ref }, as) => {
    const { stock, questions } = deps.cases;
    const level = await stock.level(as, { ref });
    await tap.answer();
    const chatId = tap.from.id;
    const words = tap.texts().stock.askCount(level);
    const messageId = await askInWords(tap.ctx, words, String(level.onHand));
    const cardMessageId = tap.ctx.callbackQuery?.message?.message_id ?? 0;
    await questions.ask({ chatId, messageId }, { about: "stock-count", sku: level.sku, cardMessageId });
  });

const setCount = (deps: StockButtonsDeps): StaffHandler =>
  whenFresh(deps, async (tap, { id: ref, argument, version }, as) => {
    const onHand = Number(argument);
    const outcome = await deps.cases.stock.correct(as, { ref, onHand, version });
    const { corrected, countShort, changedMeanwhile } = tap.texts().stock;
    if (outcome.kind === "done") return showChanged(tap, outcome, corrected(outcome.stock), deps);
    if (outcome.kind === "short") {
      await tap.answer(countShort(outcome.units), { alert: true });
      return showCard(tap, outcome.card, deps);
    }
    await tap.answer(changedMeanwhile, { alert: true });
    await show(tap, confirmCountScreen(outcome.card.stock, onHand, tap.texts()));
  });

const snooze = (deps: StockButtonsDeps): StaffHandler =>
  whenFresh(deps, async (tap, { id: ref, argument }, as) => {
    const on = argument === "1";
    const card = await deps.cases.stock.snooze(as, { ref, on });
    const { snoozed, unsnoozed } = tap.texts().stock;
    await tap.answer(on ? snoozed : unsnoozed);
    await showCard(tap, card, deps);
  });

type StockButton =
  | "staff-today"
  | "stock-list"
  | "stock-open"
  | "stock-show"
  | "stock-add"
  | "stock-set"
  | "stock-set-sure"
  | "stock-undo"
  | "stock-snooze";

/** The buttons of the shop's people: stock cards, lists of stock, the day. */
export const stockButtons = (deps: StockButtonsDeps): ButtonHandlers<StockButton> => {
  const { cases, facts } = deps;
  const { admit, stock } = cases;
  return {
    "staff-today": forStaff(admit, "orders.read-all", async (tap, _, as) =>
      show(tap, todayScreen(await cases.readToday(as), tap.texts(), facts)),
    ),
    "stock-list": forStaff(admit, "stock.read", async (tap, { id, argument }, as) => {
      const low = id === "low";
      const page = await stock.list(as, { low, page: Number(argument) });
      await show(tap, stockListScreen(page, low, tap.texts()));
    }),
    "stock-open": forStaff(admit, "stock.read", (tap, { id }, as) => openCard(tap, id, as, deps)),
    "stock-show": forStaff(admit, "stock.read", async (tap, { id: ref }, as) =>
      showCard(tap, await stock.card(as, { ref }), deps),
    ),
    "stock-add": forStaff(admit, "stock.write", add(deps)),
    "stock-set": forStaff(admit, "stock.write", askCount(deps)),
    "stock-set-sure": forStaff(admit, "stock.write", setCount(deps)),
    "stock-undo": forStaff(admit, "stock.write", undo(deps)),
    "stock-snooze": forStaff(admit, "stock.read", snooze(deps)),
  };
};
