import type { ServiceDeps } from "../shared/runtime/service.ts";
import type { BotCases } from "./telegram/bot.ts";
import { type BindContactDeps, bindContact } from "./usecases/bind-contact.ts";
import { type DenySignInDeps, denySignIn } from "./usecases/deny-sign-in.ts";
import { openLink } from "./usecases/open-link.ts";
import type { ChatStore } from "./usecases/ports.ts";
import { recordRefusedContact } from "./usecases/record-refused-contact.ts";

/** At most one hint a chat in so long. */
const HINT_EVERY_MS = 60_000;
/** One security event of a kind a person in so long. */
const REFUSED_CONTACT_EVERY_MS = 60_000;

type BotCasesBase = DenySignInDeps &
  Pick<BindContactDeps, "binds"> & { readonly stores: { readonly chats: Pick<ChatStore, "setState"> } };

/** What the bot can do, over the stores, auth and Telegram. */
export const createBotCases = (
  { clock, log, ttlStore }: Pick<ServiceDeps, "clock" | "log" | "ttlStore">,
  base: BotCasesBase,
): BotCases => ({
  openLink: openLink({ ...base, clock }),
  bindContact: bindContact({
    ...base,
    clock,
    onRefused: (chatId, problem) => log.info("a contact was refused", { chatId, problem }),
  }),
  recordRefusedContact: recordRefusedContact({
    ...base,
    isFirstInAWhile: (what) =>
      ttlStore.setIfAbsent(`notify:contact-refused:${what}`, "1", REFUSED_CONTACT_EVERY_MS),
    onLost: (problem) => log.warn("a refused contact was not written down by auth", { problem }),
  }),
  denySignIn: denySignIn(base),
  denySession: base.auth.denySession,
  setChatState: (chatId, state) => base.stores.chats.setState(chatId, state, clock.now()),
  mayHint: (chatId) => ttlStore.setIfAbsent(`notify:hint:${chatId}`, "1", HINT_EVERY_MS),
});
