import type { ServiceDeps, ServiceName } from "../shared/runtime/service.ts";
import { createServiceClient, type ServiceClient } from "../shared/runtime/service-client.ts";
import { createAuthClient } from "./auth-client.ts";
import { createCatalogDesk } from "./catalog-desk.ts";
import type { NotifyConfig } from "./config.ts";
import { createExplanationDesk } from "./explanation-desk.ts";
import { createAccountDesk, createOrderDesk, createProductDesk, createShopDesk } from "./shop-client.ts";
import { createStaffCases } from "./staff-cases.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { createTeamCases } from "./team-cases.ts";
import type { BotCases } from "./telegram/bot.ts";
import { type BindContactDeps, bindContact } from "./usecases/bind-contact.ts";
import { createChatAccount } from "./usecases/chat-account.ts";
import { type ChatOrdersDeps, createChatOrders } from "./usecases/chat-orders.ts";
import { type DenySignInDeps, denySignIn } from "./usecases/deny-sign-in.ts";
import { explainInChat } from "./usecases/explain-in-chat.ts";
import type { Groups } from "./usecases/groups.ts";
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
export type BotCasesBase = Omit<DenySignInDeps, "clock"> &
  Pick<BindContactDeps, "binds"> & {
    readonly stores: { readonly chats: Pick<ChatStore, "setState" | "languageIn" | "setLanguage"> };
  } & Pick<ChatOrdersDeps, "announce" | "wake"> &
  Pick<BotCases, "choices"> & { readonly groups: Groups };

type Clients = Readonly<Record<"auth" | "catalog" | "inventory" | "orders", ServiceClient>>;

/** The services that people act upon from the chat. */
const clientsOf = ({ services, internalToken, clock }: ServiceDeps): Clients => {
  const clientOf = (service: ServiceName) =>
    createServiceClient({ service, fetch: services[service], internalToken, clock });
  return {
    auth: clientOf("auth"),
    catalog: clientOf("catalog"),
    inventory: clientOf("inventory"),
    orders: clientOf("orders"),
  };
};

/** The shop as the bot reaches it in somebody's name. */
const shopCases = (
  deps: ServiceDeps,
  clients: Clients,
  base: Pick<BotCasesBase, "announce" | "wake" | "stores">,
): Pick<BotCases, "orders" | "account" | "readProduct"> => {
  const { clock, newId, database } = deps;
  const desk = createShopDesk(clients.auth);
  const orders = createOrderDesk(clients.orders);
  const enqueue: ChatOrdersDeps["enqueue"] = (rows, now) =>
    database.transaction((tx) => createDeliveryStore(tx).enqueue(rows, now));
  const { announce, wake } = base;
  const { chats } = base.stores;
  return {
    orders: createChatOrders({ desk, orders, enqueue, announce, wake, clock, newId }),
    account: createChatAccount({ desk, account: createAccountDesk(clients.auth), chats, clock }),
    readProduct: createProductDesk(clients.catalog).readProduct,
  };
};

/** Explanations, with the names that auth, orders and the catalogue know. */
const explainWith = (clients: Clients, { admit, stock }: BotCases["staff"]): BotCases["explain"] =>
  explainInChat({
    ...{ admit, search: stock.search },
    desk: createShopDesk(clients.auth),
    explanations: createExplanationDesk(clients),
    orders: createOrderDesk(clients.orders),
    catalog: createCatalogDesk(clients.catalog),
    users: createAuthClient(clients.auth),
  });

export interface BotCasesDeps extends ServiceDeps {
  readonly config: Pick<NotifyConfig, "SHOP_TIMEZONE">;
}

/** What the bot can do, over the stores, auth and Telegram. */
export const createBotCases = (deps: BotCasesDeps, base: BotCasesBase): BotCases => {
  const { clock, log, ttlStore, limits } = deps;
  const clients = clientsOf(deps);
  const staff = createStaffCases({ ...deps, clients, timezone: deps.config.SHOP_TIMEZONE });
  return {
    ...shopCases(deps, clients, base),
    staff,
    explain: explainWith(clients, staff),
    team: createTeamCases(deps, { ...staff, ...base }),
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
    denySignIn: denySignIn({ ...base, clock }),
    denySession: base.auth.denySession,
    setChatState: (chatId, state) => base.stores.chats.setState(chatId, state, clock.now()),
    mayHint: (chatId) => ttlStore.setIfAbsent(`notify:hint:${chatId}`, "1", HINT_EVERY_MS),
  };
};
