import type { Clock } from "../shared/kernel/clock.ts";
import type { Database } from "../shared/ports/database.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import { createAuthClient } from "./auth-client.ts";
import { createCatalogDesk } from "./catalog-desk.ts";
import { QUESTION_LIFE_MS } from "./domain/question.ts";
import { createInventoryDesk } from "./inventory-desk.ts";
import { createShopDesk } from "./shop-client.ts";
import { createQuestionStore } from "./store/question-store.ts";
import { createSnoozeStore } from "./store/snooze-store.ts";
import { createSummaryDesk } from "./summary-desk.ts";
import type { StaffCases } from "./telegram/staff-cases.ts";
import { admitStaff } from "./usecases/admit-staff.ts";
import { createChatStock } from "./usecases/chat-stock.ts";
import type { Questions } from "./usecases/question-ports.ts";
import { readToday } from "./usecases/shop-today.ts";

export interface StaffCasesOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly clients: Readonly<Record<"auth" | "catalog" | "inventory" | "orders", ServiceClient>>;
  /** The shop's, a name of the IANA database. */
  readonly timezone: string;
}

const questionsOver = ({ database, clock }: Pick<StaffCasesOptions, "database" | "clock">): Questions => {
  const store = createQuestionStore(database.db);
  return {
    ask: (at, question) => store.ask(at, question, clock.now()),
    find: (at) => store.find(at, new Date(clock.now().getTime() - QUESTION_LIFE_MS)),
    done: store.done,
  };
};

/** What the shop's people can do in the chat, over the routes of the other services. */
export const createStaffCases = (options: StaffCasesOptions): StaffCases => {
  const { database, clock, clients, timezone } = options;
  const inventory = createInventoryDesk(clients.inventory);
  return {
    admit: admitStaff({ desk: createShopDesk(clients.auth) }),
    stock: createChatStock({
      ...{ inventory, clock },
      catalog: createCatalogDesk(clients.catalog),
      users: createAuthClient(clients.auth),
      snoozes: createSnoozeStore(database),
    }),
    readToday: readToday({ inventory, clock, timezone, summaries: createSummaryDesk(clients.orders) }),
    questions: questionsOver(options),
  };
};
