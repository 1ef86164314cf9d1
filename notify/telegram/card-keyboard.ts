import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import { mayCancel, mayRepeat } from "../domain/order-buttons.ts";
import type { OrderCardNotice } from "../domain/order-notice.ts";
import { type ButtonKind, buttonData } from "./callback-data.ts";
import type { Texts } from "./texts/texts.ts";

/** What the buttons of a card name: the order, and the version that the card shows. */
export type CardSubject = Pick<OrderCardNotice, "orderId" | "status" | "version">;

type Label = keyof Texts["chat"]["buttons"];

const buttonFor = (
  kind: ButtonKind,
  label: Label,
  { orderId, version }: Pick<CardSubject, "orderId" | "version">,
  texts: Texts,
): InlineKeyboardButton.CallbackButton => ({
  text: texts.chat.buttons[label],
  callback_data: buttonData(kind, orderId, version),
});

const danger = { style: "danger" } as const;

/** The buttons below an order's card, as its status has them. */
export const cardKeyboard = (subject: CardSubject, texts: Texts): InlineKeyboardMarkup => {
  const { status } = subject;
  const support = buttonFor("order-support", "support", subject, texts);
  const repeat = mayRepeat(status) ? [buttonFor("order-repeat", "repeat", subject, texts)] : [];
  const cancel = { ...buttonFor("order-cancel", "cancel", subject, texts), ...danger };
  return { inline_keyboard: [[...repeat, support], ...(mayCancel(status) ? [[cancel]] : [])] };
};

/** “Really?”, in place of the card's buttons. The text of the card stays as the queue of deliveries has it. */
export const cancelQuestion = (subject: Omit<CardSubject, "status">, texts: Texts): InlineKeyboardMarkup => ({
  inline_keyboard: [
    [{ ...buttonFor("order-cancel-sure", "cancelSure", subject, texts), ...danger }],
    [buttonFor("order-keep", "no", subject, texts)],
  ],
});

export const repeatQuestion = (subject: Omit<CardSubject, "status">, texts: Texts): InlineKeyboardMarkup => ({
  inline_keyboard: [
    [buttonFor("order-repeat-sure", "repeatSure", subject, texts)],
    [buttonFor("order-keep", "no", subject, texts)],
  ],
});
