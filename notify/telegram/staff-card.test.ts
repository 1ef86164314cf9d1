import { expect, test } from "bun:test";
import fc from "fast-check";
import { locales } from "../domain/locale.ts";
import { shownStatuses } from "../domain/order-status.ts";
import { movesOf, type StaffCardView, staffMoves } from "../domain/staff-card.ts";
import { CALLBACK_DATA_MAX, readCallbackData } from "./callback-data.ts";
import { TEXT_MAX } from "./html.ts";
import { staffCardKeyboard, staffQuestion } from "./staff-card-keyboard.ts";
import { textsFor } from "./texts/texts.ts";

const text = fc.string({ unit: "grapheme", maxLength: 400 });
const money = fc.record({ amountMinor: fc.nat(), currency: fc.constantFrom("EUR", "JPY") });
const views: fc.Arbitrary<StaffCardView> = fc.record({
  orderId: fc.uuid(),
  number: text,
  status: fc.constantFrom(...shownStatuses),
  version: fc.integer({ min: 1, max: 999_999_999 }),
  lines: fc.array(fc.record({ name: text, quantity: fc.nat(), lineTotal: money }), { maxLength: 100 }),
  total: money,
  reason: fc.option(text.map((words) => words.replace(/[\s\p{C}]+/gu, " "))),
  claimedBy: fc.option(text.map((name) => name.replace(/[\s\p{C}]+/gu, " "))),
  claimable: fc.boolean(),
  nextStatuses: fc.subarray([...shownStatuses]),
  customer: fc.constant(null),
});

test("bot-13: a card is short, whatever it is filled with, and no value of it becomes markup", () => {
  fc.assert(
    fc.property(views, fc.constantFrom(...locales), (view, locale) => {
      const card = textsFor(locale).team.card(view);
      expect(card.text.length).toBeLessThanOrEqual(TEXT_MAX);
      expect(card.markup.replaceAll(/<\/?b>/g, "")).not.toMatch(/<(?!\/?b>)[a-z]/i);
    }),
  );
});

test("bot-6: all that its buttons say fits Telegram's 64 bytes and is read back as it was meant", () => {
  fc.assert(
    fc.property(views, fc.constantFrom(...locales), (view, locale) => {
      const { team } = textsFor(locale);
      const keyboards = [
        staffCardKeyboard({ ...view, isClaimed: view.claimedBy !== null }, team),
        ...(["shipped", "returned", "cancelled"] as const).map((to) => staffQuestion(to, view, team)),
      ];
      for (const button of keyboards.flatMap(({ inline_keyboard: rows }) => rows.flat())) {
        const data = "callback_data" in button ? button.callback_data : "";
        expect(data.length).toBeLessThanOrEqual(CALLBACK_DATA_MAX);
        expect(readCallbackData(data)).toMatchObject({ id: view.orderId, version: view.version });
      }
    }),
  );
});

test("bot-9: a card offers what orders allows and a person does, and nothing else", () => {
  fc.assert(
    fc.property(fc.subarray([...shownStatuses]), (nextStatuses) => {
      const moves = movesOf({ nextStatuses });
      expect(moves.every((move) => nextStatuses.includes(move))).toBe(true);
      expect(moves).toHaveLength(
        nextStatuses.filter((one) => staffMoves.some((move) => move === one)).length,
      );
    }),
  );
});
