import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import { movesOf, type StaffCardView, type StaffMove } from "../domain/staff-card.ts";
import { type ButtonKind, buttonDataOf } from "./callback-data.ts";
import type { AskedMove, TeamTexts, WordedMove } from "./texts/team-texts.ts";

/** What the buttons of a staff card go by. */
export type StaffCardSubject = Pick<StaffCardView, "orderId" | "version" | "nextStatuses" | "claimable"> & {
  readonly isClaimed: boolean;
};

type Named = Pick<StaffCardSubject, "orderId" | "version">;

const button = (
  text: string,
  kind: ButtonKind,
  { orderId: id, version }: Named,
  argument = "",
): InlineKeyboardButton.CallbackButton => ({
  text,
  callback_data: buttonDataOf(kind, { id, argument, version }),
});

const danger = { style: "danger" } as const;

/** What is asked about before it is done. Everything else a tap does. */
const asked: Readonly<Record<StaffMove, boolean>> = {
  packed: false,
  shipped: true,
  delivered: false,
  returned: true,
  cancelled: true,
};
const isDestructive = (move: StaffMove): boolean => move === "returned" || move === "cancelled";

const moveButton = (move: StaffMove, subject: StaffCardSubject, { buttons }: TeamTexts) => ({
  ...button(buttons.move[move], asked[move] ? "staff-ask" : "staff-move", subject, move),
  ...(isDestructive(move) ? danger : {}),
});

/** The buttons below an order's card for the shop's people: what orders allows now, the next step first. */
export const staffCardKeyboard = (subject: StaffCardSubject, texts: TeamTexts): InlineKeyboardMarkup => {
  const moves = movesOf(subject);
  const claim = [
    ...(subject.claimable ? [button(texts.buttons.claim, "staff-claim", subject)] : []),
    ...(subject.isClaimed ? [button(texts.buttons.release, "staff-release", subject)] : []),
  ];
  const first = moves.filter((move) => !isDestructive(move)).map((move) => moveButton(move, subject, texts));
  const last = moves.filter(isDestructive).map((move) => moveButton(move, subject, texts));
  return { inline_keyboard: [first, claim, last].filter((row) => row.length > 0) };
};

const wordsButton = (text: string, to: WordedMove, subject: Named) =>
  button(text, "staff-words", subject, to);

/** What is asked below a card, in place of its buttons. The text of the card stays as the queue of deliveries has it. */
export const staffQuestion = (
  to: AskedMove,
  subject: Named,
  { buttons, reasons }: TeamTexts,
): InlineKeyboardMarkup => {
  const back = [button(buttons.back, "staff-keep", subject)];
  switch (to) {
    case "shipped":
      return {
        inline_keyboard: [
          [wordsButton(buttons.shipWords, to, subject)],
          [button(buttons.shipPlain, "staff-move", subject, to)],
          back,
        ],
      };
    case "returned":
      return {
        inline_keyboard: [[{ ...button(buttons.returnSure, "staff-move", subject, to), ...danger }], back],
      };
    case "cancelled":
      return {
        inline_keyboard: [
          ...reasons.map((reason, i) => [
            { ...button(reason, "staff-reason", subject, String(i)), ...danger },
          ]),
          [wordsButton(buttons.cancelWords, to, subject)],
          [{ ...button(buttons.cancelPlain, "staff-move", subject, to), ...danger }],
          back,
        ],
      };
    default:
      return to satisfies never;
  }
};
