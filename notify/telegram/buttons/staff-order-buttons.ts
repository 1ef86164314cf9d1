import type { StaffOrder } from "../../../shared/contracts/internal-api.ts";
import { isKioskError } from "../../../shared/kernel/errors.ts";
import { type StaffMove, staffMoves } from "../../domain/staff-card.ts";
import type { Acting } from "../../usecases/shop-ports.ts";
import type { StaffTap, StaffTapResult } from "../../usecases/staff-orders.ts";
import type { CallbackAction } from "../callback-data.ts";
import { askInWords } from "../reply.ts";
import { staffCardKeyboard, staffQuestion } from "../staff-card-keyboard.ts";
import type { TeamCases } from "../team-cases.ts";
import type { AskedMove, TeamTexts, WordedMove } from "../texts/team-texts.ts";
import type { ButtonHandlers } from "./handlers.ts";
import type { StaffHandler } from "./staff.ts";
import type { Tap } from "./tap.ts";
import { forTeam } from "./team.ts";

const tapOf = ({ ctx, from, key, stale }: Tap, { id, version }: CallbackAction): StaffTap => ({
  // Where Telegram does not say in which chat it was, as of very old messages, the card comes to the person.
  chatId: ctx.chat?.id ?? from.id,
  orderId: id,
  ...{ key, stale, version },
});

const subjectOf = ({ id: orderId, version, nextStatuses, claimable, claim }: StaffOrder) => ({
  ...{ orderId, version, nextStatuses, claimable },
  isClaimed: claim !== null,
});

/** Tells what came of a tap. The order goes on where it did something. */
const doneOf = async (tap: Tap, result: StaffTapResult, words?: string): Promise<StaffOrder | null> => {
  const { team, chat } = tap.texts();
  switch (result.kind) {
    case "done": {
      const note = result.owner === null ? [] : [team.butClaimedBy(result.owner)];
      if (words !== undefined) await tap.answer([words, ...note].join(" "), { alert: note.length > 0 });
      return result.order;
    }
    case "overtaken":
      await tap.answer(team.overtaken(result.by, result.what), { alert: true });
      return null;
    case "refreshed":
      await tap.answer(chat.orders.refreshed);
      return null;
    case "not-possible":
      await tap.answer(chat.orders.notAllowed, { alert: true });
      return null;
    default:
      return result satisfies never;
  }
};

const moveOf = ({ argument }: CallbackAction): StaffMove | null =>
  staffMoves.find((move) => move === argument) ?? null;

const asksFirst = (move: StaffMove | null): move is AskedMove =>
  move === "shipped" || move === "returned" || move === "cancelled";
const takesWords = (move: StaffMove | null): move is WordedMove => move === "shipped" || move === "cancelled";

type StaffOrderButton =
  | "staff-open"
  | "staff-claim"
  | "staff-release"
  | "staff-move"
  | "staff-ask"
  | "staff-words"
  | "staff-reason"
  | "staff-keep";

const open =
  ({ orders }: TeamCases): StaffHandler =>
  async (tap, action, as) => {
    const { gone } = tap.texts().team.group;
    if (!(await orders.open(as, tapOf(tap, action)))) await tap.answer(gone, { alert: true });
  };

const move =
  ({ orders }: TeamCases): StaffHandler =>
  async (tap, action, as) => {
    const to = moveOf(action);
    if (to === null) return tap.answer(tap.texts().unknownButton);
    await doneOf(tap, await orders.move(as, tapOf(tap, action), to), tap.texts().team.done[to]);
  };

/** Cancels for one of the reasons that the button named, in the language of who has tapped. */
const cancel =
  ({ orders }: TeamCases): StaffHandler =>
  async (tap, action, as) => {
    const { reasons, done } = tap.texts().team;
    const reason = reasons[Number(action.argument)];
    if (reason === undefined) return tap.answer(tap.texts().unknownButton);
    await doneOf(tap, await orders.move(as, tapOf(tap, action), "cancelled", reason), done.cancelled);
  };

const ask =
  ({ orders }: TeamCases): StaffHandler =>
  async (tap, action, as) => {
    const to = moveOf(action);
    if (!asksFirst(to)) return tap.answer(tap.texts().unknownButton);
    const { team } = tap.texts();
    const order = await doneOf(tap, await orders.look(as, tapOf(tap, action), to), team.ask[to]);
    if (order !== null) await tap.setButtons(staffQuestion(to, subjectOf(order), team));
  };

const askWords =
  ({ orders, questions }: TeamCases): StaffHandler =>
  async (tap, action, as) => {
    const to = moveOf(action);
    if (!takesWords(to)) return tap.answer(tap.texts().unknownButton);
    const { team } = tap.texts();
    const { chatId, orderId, version, ...rest } = tapOf(tap, action);
    const order = await doneOf(tap, await orders.look(as, { chatId, orderId, version, ...rest }, to));
    if (order === null) return;
    const words = team.askWords(to, order.number, tap.from.first_name);
    const messageId = await askInWords(tap.ctx, words, team.placeholder[to]);
    const question = { about: "order-words", orderId, version, to, telegramUserId: tap.from.id } as const;
    await questions.ask({ chatId, messageId }, question);
    await tap.setButtons(staffCardKeyboard(subjectOf(order), team));
  };

const keep =
  ({ orders }: TeamCases): StaffHandler =>
  async (tap, action, as) => {
    const { team } = tap.texts();
    const order = await doneOf(tap, await orders.look(as, tapOf(tap, action), null), team.done.kept);
    if (order !== null) await tap.setButtons(staffCardKeyboard(subjectOf(order), team));
  };

/** Somebody has it, or nobody and it cannot be had: orders says which, and the others hear the name. */
const claimOr = async (
  tap: Tap,
  work: () => Promise<StaffTapResult>,
  { as, action, orders }: { as: Acting; action: CallbackAction; orders: TeamCases["orders"] },
  words: (texts: TeamTexts) => string,
): Promise<void> => {
  const { team } = tap.texts();
  try {
    await doneOf(tap, await work(), words(team));
  } catch (error) {
    if (!isKioskError(error, "CONFLICT")) throw error;
    const owner = await orders.owner(as, action.id);
    await tap.answer(owner === null ? team.claimedByNobody : team.claimedBy(owner), { alert: true });
  }
};

/** The buttons of an order's card for the shop's people. */
export const staffOrderButtons = (cases: TeamCases): ButtonHandlers<StaffOrderButton> => {
  const { admit, orders } = cases;
  const writing = (handle: StaffHandler) => forTeam(admit, "orders.write-all", handle);
  return {
    "staff-open": forTeam(admit, "orders.read-all", open(cases)),
    "staff-move": writing(move(cases)),
    "staff-reason": writing(cancel(cases)),
    "staff-ask": writing(ask(cases)),
    "staff-words": writing(askWords(cases)),
    "staff-keep": writing(keep(cases)),
    "staff-claim": writing((tap, action, as) =>
      claimOr(
        tap,
        () => orders.claim(as, tapOf(tap, action)),
        { as, action, orders },
        ({ done }) => done.claimed,
      ),
    ),
    "staff-release": writing((tap, action, as) =>
      claimOr(
        tap,
        () => orders.release(as, tapOf(tap, action)),
        { as, action, orders },
        ({ done }) => done["claim-released"],
      ),
    ),
  };
};
