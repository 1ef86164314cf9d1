import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { createAccountDesk, createOrderDesk, createProductDesk, createShopDesk } from "./shop-client.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import type { BotCases } from "./telegram/bot.ts";
import { type BindContactDeps, bindContact } from "./usecases/bind-contact.ts";
import { createChatAccount } from "./usecases/chat-account.ts";
import { type ChatOrdersDeps, createChatOrders } from "./usecases/chat-orders.ts";
import { type DenySignInDeps, denySignIn } from "./usecases/deny-sign-in.ts";
import { openLink } from "./usecases/open-link.ts";
import type { ChatStore } from "./usecases/ports.ts";
import { recordRefusedContact } from "./usecases/record-refused-contact.ts";

/** At most one hint a chat in so long. */
const HINT_EVERY_MS = 60_000;
/** One security event of a kind a person in so long. */
const REFUSED_CONTACT_EVERY_MS = 60_000;

/** What a person can do at most with their thumbs; a program that floods the bot does more. */
const FLOOD = { name: "notify-updates", points: 20, windowSeconds: 10 };

/** What the bot is built over. */
export type BotCasesBase = DenySignInDeps &
  Pick<BindContactDeps, "binds"> & {
    readonly stores: { readonly chats: Pick<ChatStore, "setState" | "languageIn" | "setLanguage"> };
  } & Pick<ChatOrdersDeps, "announce" | "wake"> &
  Pick<BotCases, "choices">;

/** The shop as the bot reaches it in somebody's name. */
const shopCases = (
  deps: ServiceDeps,
  base: Pick<BotCasesBase, "announce" | "wake" | "stores">,
): Pick<BotCases, "orders" | "account" | "readProduct"> => {
  const { services, internalToken, clock, newId, database } = deps;
  const clientOf = (service: "auth" | "catalog" | "orders") =>
    createServiceClient({ service, fetch: services[service], internalToken, clock });
  const auth = clientOf("auth");
  const desk = createShopDesk(auth);
  const orders = createOrderDesk(clientOf("orders"));
  const enqueue: ChatOrdersDeps["enqueue"] = (rows, now) =>
    database.transaction((tx) => createDeliveryStore(tx).enqueue(rows, now));
  const { announce, wake } = base;
  const { chats } = base.stores;
  return {
    orders: createChatOrders({ desk, orders, enqueue, announce, wake, clock, newId }),
    account: createChatAccount({ desk, account: createAccountDesk(auth), chats, clock }),
    readProduct: createProductDesk(clientOf("catalog")).readProduct,
  };
};

/** What the bot can do, over the stores, auth and Telegram. */
export const createBotCases = (deps: ServiceDeps, base: BotCasesBase): BotCases => {
  const { clock, log, ttlStore, limits } = deps;
  return {
    ...shopCases(deps, base),
    choices: base.choices,
    languageIn: base.stores.chats.languageIn,
    async admits(telegramUserId) {
      // A counter that is away lets everybody through.
      const counted = await limits.consume(FLOOD, String(telegramUserId)).catch(() => null);
      return counted?.allowed !== false;
    },
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
  };
};
