import type { Context } from "grammy";
import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import { SUBSCRIPTIONS_MAX } from "../../domain/back-in-stock.ts";
import { type Locale, locales } from "../../domain/locale.ts";
import { categories, type PreferenceChange } from "../../domain/preferences.ts";
import { usualQuietHours } from "../../domain/quiet-hours.ts";
import type { SubscribeOutcome } from "../../usecases/back-in-stock.ts";
import type { Settings } from "../../usecases/preferences.ts";
import { buttonData, CALLBACK_DATA_MAX } from "../callback-data.ts";
import type { Html } from "../html.ts";
import { preferenceChangeOf, preferenceId } from "../preference-data.ts";
import { reply, textsOf } from "../reply.ts";
import type { Texts } from "../texts/texts.ts";
import type { ButtonHandlers } from "./handlers.ts";
import type { Tap } from "./tap.ts";

/** What people choose in the chat; null for a Telegram account that has no user here. */
export interface ChoiceCases {
  read(telegramUserId: number): Promise<Settings | null>;
  change(telegramUserId: number, change: PreferenceChange): Promise<Settings | null>;
  subscribe(telegramUserId: number, sku: string, wanted: boolean): Promise<SubscribeOutcome>;
}

const button = (text: string, change: PreferenceChange): InlineKeyboardButton[] => [
  { text, callback_data: buttonData("preference", preferenceId(change)) },
];

/** The account's language, then each of ours, then the account's again. */
const languageAfter = (language: Locale | null): Locale | null =>
  locales[language === null ? 0 : locales.indexOf(language) + 1] ?? null;

const keyboardOf = ({ chosen, preferences }: Settings, texts: Texts): InlineKeyboardMarkup => {
  const { category: names, quietOn, quietOff, language: languageLabel } = texts.preferences;
  const { quietHours, language } = preferences;
  return {
    inline_keyboard: [
      ...categories.flatMap((category) => {
        const on = chosen[category];
        if (on === undefined) return [];
        return [button(`${on ? "✅" : "⬜"} ${names[category]}`, { kind: "category", category, on: !on })];
      }),
      quietHours === null
        ? button(quietOff, { kind: "quiet-hours", quietHours: usualQuietHours })
        : button(quietOn(quietHours.from, quietHours.to), { kind: "quiet-hours", quietHours: null }),
      button(languageLabel(language), { kind: "language", language: languageAfter(language) }),
    ],
  };
};

const wordsOf = ({ preferences: { quietHours }, timezone }: Settings, texts: Texts): Html =>
  texts.preferences.shown({ quietHours, timezone });

/** What the person is told of, with a button for each choice. */
export const replyWithSettings = async (
  ctx: Context,
  telegramUserId: number,
  cases: ChoiceCases,
): Promise<void> => {
  const texts = textsOf(ctx);
  const settings = await cases.read(telegramUserId);
  if (settings === null) return reply(ctx, texts.preferences.unknownPerson());
  await reply(ctx, wordsOf(settings, texts), keyboardOf(settings, texts));
};

const stopMarketing = { kind: "category", category: "marketing", on: false } as const;

/** `/stop`: no more advertising; what the person has ordered goes on. */
export const stopOffers = async (ctx: Context, telegramUserId: number, cases: ChoiceCases): Promise<void> => {
  const { stopped, unknownPerson } = textsOf(ctx).preferences;
  const settings = await cases.change(telegramUserId, stopMarketing);
  await reply(ctx, settings === null ? unknownPerson() : stopped());
};

const unsubscribeKeyboard = (sku: string, { preferences }: Texts): InlineKeyboardMarkup => ({
  inline_keyboard: waitButton(sku, "back-in-stock-off", preferences.backInStock.dontNotifyMe),
});

const waitButton = (
  sku: string,
  kind: "back-in-stock" | "back-in-stock-off",
  text: string,
): InlineKeyboardButton[][] => {
  const data = buttonData(kind, sku);
  return data.length > CALLBACK_DATA_MAX ? [] : [[{ text, callback_data: data }]];
};

/** “Tell me when it is back”, for a product that is sold out; none where the SKU is too long for a button. */
export const notifyMeButton = (sku: string, { preferences }: Texts): InlineKeyboardButton[][] =>
  waitButton(sku, "back-in-stock", preferences.backInStock.notifyMe);

/** `/start b_<SKU>`: the person waits for a product, and may think better of it. */
export const waitForProduct = async (
  ctx: Context,
  telegramUserId: number,
  sku: string,
  cases: ChoiceCases,
): Promise<void> => {
  const texts = textsOf(ctx);
  const { backInStock, unknownPerson } = texts.preferences;
  const outcome = await cases.subscribe(telegramUserId, sku, true);
  if (outcome === "unknown-person") return reply(ctx, unknownPerson());
  if (outcome === "too-many") return reply(ctx, backInStock.tooMany(SUBSCRIPTIONS_MAX));
  await reply(ctx, backInStock.subscribed(sku), unsubscribeKeyboard(sku, texts));
};

/** The settings as they are now, in the message of the tap; where it cannot be changed, the answer to the tap has said it. */
const refreshSettings = ({ setText, texts }: Tap, settings: Settings): Promise<void> =>
  setText(wordsOf(settings, texts()), keyboardOf(settings, texts()));

const wait = async (tap: Tap, sku: string, wanted: boolean, cases: ChoiceCases): Promise<void> => {
  const { backInStock, unknownPersonShort } = tap.texts().preferences;
  const outcome = await cases.subscribe(tap.from.id, sku, wanted);
  if (outcome === "unknown-person") return tap.answer(unknownPersonShort, { alert: true });
  if (outcome === "too-many") return tap.answer(backInStock.tooManyShort, { alert: true });
  await tap.answer(wanted ? backInStock.subscribedShort : backInStock.unsubscribedShort);
  const next = wanted
    ? unsubscribeKeyboard(sku, tap.texts())
    : { inline_keyboard: notifyMeButton(sku, tap.texts()) };
  await tap.setButtons(next);
};

type PreferenceButton =
  | "notifications"
  | "preference"
  | "marketing-off"
  | "back-in-stock"
  | "back-in-stock-off";

/** The buttons of what people choose to be told of. What they name is checked by `from.id`, as everywhere. */
export const preferenceButtons = (cases: ChoiceCases): ButtonHandlers<PreferenceButton> => ({
  notifications: ({ ctx, from }) => replyWithSettings(ctx, from.id, cases),
  async preference(tap, { id }) {
    const change = preferenceChangeOf(id);
    if (change === null) return tap.answer(tap.texts().unknownButton);
    const settings = await cases.change(tap.from.id, change);
    if (settings === null) return tap.answer(tap.texts().preferences.unknownPersonShort, { alert: true });
    await tap.answer(tap.texts().preferences.saved);
    await refreshSettings(tap, settings);
  },
  async "marketing-off"(tap) {
    const { stoppedShort, unknownPersonShort } = tap.texts().preferences;
    const settings = await cases.change(tap.from.id, stopMarketing);
    await tap.answer(settings === null ? unknownPersonShort : stoppedShort, { alert: true });
    if (settings !== null) await tap.setButtons({ inline_keyboard: [] });
  },
  "back-in-stock": (tap, { id }) => wait(tap, id, true, cases),
  "back-in-stock-off": (tap, { id }) => wait(tap, id, false, cases),
});
