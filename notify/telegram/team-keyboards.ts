import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import type { Notice } from "../domain/notice.ts";
import type { StaffCardView } from "../domain/staff-card.ts";
import { buttonData } from "./callback-data.ts";
import { staffCardKeyboard } from "./staff-card-keyboard.ts";
import type { TeamTexts } from "./texts/team-texts.ts";

/** Orders of a digest that have a button; the others are in the console. */
const OPEN_BUTTONS_MAX = 4;

const openButton = (orderId: string, text: string): InlineKeyboardButton => ({
  text,
  callback_data: buttonData("staff-open", orderId),
});

/** What can be done about an alert from below it; null where it is no alert of the shop's people. */
const alertButton = (notice: Notice, { buttons }: TeamTexts): InlineKeyboardButton | null => {
  switch (notice.template) {
    case "order-alert":
      return openButton(notice.orderId, buttons.open);
    case "messages-parked":
      return { text: buttons.retry, callback_data: buttonData("parked-replay", notice.queue) };
    case "sagas-stuck":
      return { text: buttons.retry, callback_data: buttonData("sagas-retry") };
    default:
      return null;
  }
};

const viewButtons = (view: StaffCardView, texts: TeamTexts): InlineKeyboardMarkup =>
  staffCardKeyboard({ ...view, isClaimed: view.claimedBy !== null }, texts);

/** The buttons below a card or an alert of the shop's people; null below anything else. */
export const teamKeyboard = (notice: Notice, texts: TeamTexts): InlineKeyboardMarkup | null => {
  if (notice.template === "staff-card")
    return notice.shown === undefined ? null : viewButtons(notice.shown, texts);
  const button = alertButton(notice, texts);
  return button === null ? null : { inline_keyboard: [[button]] };
};

/** Below several alerts: the cards of the first orders, each once. */
export const openButtons = (notices: readonly Notice[], { buttons }: TeamTexts): InlineKeyboardButton[][] => {
  const orders = new Map(
    notices.flatMap((notice) =>
      notice.template === "order-alert" ? [[notice.orderId, notice.number] as const] : [],
    ),
  );
  return [...orders]
    .slice(0, OPEN_BUTTONS_MAX)
    .map(([orderId, number]) => [openButton(orderId, buttons.openOrder(number))]);
};
