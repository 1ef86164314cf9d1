import type { Clock } from "../shared/kernel/clock.ts";
import type { Database } from "../shared/ports/database.ts";
import type { BackInStockCases } from "./http/back-in-stock-routes.ts";
import type { PreferenceCases } from "./http/preference-routes.ts";
import { createPreferenceStore } from "./store/preference-store.ts";
import type { ChoiceCases } from "./telegram/buttons/preference-buttons.ts";
import { readSubscription, subscribe, subscribeInChat } from "./usecases/back-in-stock.ts";
import type { Stores } from "./usecases/ports.ts";
import {
  changePreferencesInChat,
  readPreferences,
  readPreferencesInChat,
  replacePreferences,
} from "./usecases/preferences.ts";

export interface PreferenceCasesOptions {
  readonly database: Database;
  readonly stores: Pick<Stores, "chats" | "backInStock">;
  readonly clock: Clock;
  readonly wake: () => void;
  readonly mail: PreferenceCases["mail"];
}

/** What people choose to be told of, over HTTP and in the chat. */
export const createPreferenceCases = ({
  database,
  stores: { chats, backInStock },
  clock,
  wake,
  mail,
}: PreferenceCasesOptions): {
  readonly preferences: PreferenceCases;
  readonly backInStock: BackInStockCases;
  readonly inChat: ChoiceCases;
} => {
  const choosing = { preferences: createPreferenceStore(database), chats, clock, wake };
  const waiting = { backInStock, chats, clock };
  return {
    preferences: { read: readPreferences(choosing), replace: replacePreferences(choosing), mail },
    backInStock: {
      subscribe: subscribe(waiting),
      read: readSubscription(waiting),
      list: backInStock.list,
      remove: backInStock.remove,
    },
    inChat: {
      read: readPreferencesInChat(choosing),
      change: changePreferencesInChat(choosing),
      subscribe: subscribeInChat(waiting),
    },
  };
};
