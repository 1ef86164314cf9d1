import type { InlineKeyboardMarkup } from "grammy/types";
import { localeOf } from "../../domain/locale.ts";
import type { ChatAccount } from "../../usecases/chat-account.ts";
import { type ButtonKind, buttonData } from "../callback-data.ts";
import { reply, speakIn } from "../reply.ts";
import type { ShopFacts } from "../screens.ts";
import type { Texts } from "../texts/texts.ts";
import type { ButtonHandlers } from "./handlers.ts";

const NO_BUTTONS: InlineKeyboardMarkup = { inline_keyboard: [] };

/** A question of the account: what it does if so, in red, and a way out. */
export const question = (
  kind: ButtonKind,
  label: keyof Texts["chat"]["buttons"],
  { chat }: Texts,
): InlineKeyboardMarkup => ({
  inline_keyboard: [
    [{ text: chat.buttons[label], callback_data: buttonData(kind), style: "danger" }],
    [{ text: chat.buttons.no, callback_data: buttonData("dismiss") }],
  ],
});

type AccountButton =
  | "language"
  | "log-out-sure"
  | "privacy-export"
  | "privacy-erase"
  | "privacy-erase-go"
  | "privacy-erase-sure"
  | "dismiss";

/** The buttons of what concerns the account: language, signing out, privacy. */
export const accountButtons = (
  account: ChatAccount,
  { shopUrl }: ShopFacts,
): ButtonHandlers<AccountButton> => ({
  async language(tap, { id }) {
    const locale = localeOf(id);
    await account.setLanguage(tap.from.id, locale);
    speakIn(tap.ctx, locale);
    await tap.answer();
    await tap.setButtons(NO_BUTTONS);
    await reply(tap.ctx, tap.texts().chat.language.set());
  },
  async "log-out-sure"(tap) {
    await account.endSessions(tap.from.id);
    await tap.answer();
    await tap.setButtons(NO_BUTTONS);
    await reply(tap.ctx, tap.texts().chat.logOut.done());
  },
  "privacy-export": ({ ctx, texts }) => reply(ctx, texts().chat.privacy.export(shopUrl)),
  "privacy-erase": ({ ctx, texts }) =>
    reply(ctx, texts().chat.privacy.askErase(), question("privacy-erase-go", "eraseSure", texts())),
  async "privacy-erase-go"(tap) {
    const texts = tap.texts();
    await tap.answer();
    await tap.setButtons(NO_BUTTONS);
    const sure = question("privacy-erase-sure", "eraseLast", texts);
    await reply(tap.ctx, texts.chat.privacy.askEraseAgain(), sure);
  },
  async "privacy-erase-sure"(tap) {
    const texts = tap.texts();
    const { erasureId, secret } = await account.erase(tap.from.id);
    await tap.answer();
    await tap.setButtons(NO_BUTTONS);
    await reply(tap.ctx, texts.chat.privacy.erasing(erasureId, secret));
  },
  async dismiss(tap) {
    await tap.answer(tap.texts().chat.dismissed);
    await tap.setButtons(NO_BUTTONS);
  },
});
