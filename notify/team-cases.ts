import type { Database } from "../shared/ports/database.ts";
import type { ServiceDeps, ServiceName } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { createAuthClient } from "./auth-client.ts";
import type { NotifyConfig } from "./config.ts";
import type { AnnouncingDeps } from "./events/announcing.ts";
import { createOperationsDesk } from "./operations-desk.ts";
import { createCardOrders, createStaffOrderDesk } from "./staff-order-desk.ts";
import { createChatStore } from "./store/chat-store.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { createGroupStore } from "./store/group-store.ts";
import { createPreferenceStore } from "./store/preference-store.ts";
import { storesOver } from "./store/stores.ts";
import type { TeamCases } from "./telegram/team-cases.ts";
import { createChatOperations } from "./usecases/chat-operations.ts";
import { fillCards } from "./usecases/fill-cards.ts";
import { createGroups, type Groups, type GroupsDeps } from "./usecases/groups.ts";
import type { SendDeliveryDeps } from "./usecases/send-delivery.ts";
import { createStaffOrders } from "./usecases/staff-orders.ts";

type TeamDeps = Pick<ServiceDeps, "services" | "internalToken" | "clock" | "newId" | "database">;

/** What follows once something was put into the queue. */
type Telling = Pick<AnnouncingDeps, "announce" | "wake">;

const clientsOf =
  ({ services, internalToken, clock }: TeamDeps) =>
  (service: ServiceName) =>
    createServiceClient({ service, fetch: services[service], internalToken, clock });

const announcingIn =
  ({ clock, newId }: TeamDeps, database: Database, { announce, wake }: Telling): GroupsDeps["announcing"] =>
  async (work) => {
    const announced = await database.transaction((tx) =>
      work({ ...storesOver(tx), clock, newId }, createGroupStore(tx)),
    );
    if (announced === null || announced.deliveries.length === 0) return;
    wake();
    for (const delivery of announced.deliveries) announce(delivery);
  };

/** Groups that alerts go to. */
export const createTeamGroups = (deps: TeamDeps, telling: Telling): Groups => {
  const { database, clock, newId } = deps;
  return createGroups({
    ...{ clock, newId },
    groups: createGroupStore(database.db),
    preferences: createPreferenceStore(database),
    chats: createChatStore(database.db),
    announcing: announcingIn(deps, database, telling),
  });
};

/** What the sending asks for the shop's people: what their cards show, and that a group is lost. */
export const createTeamSending = (
  deps: TeamDeps & { readonly config: Pick<NotifyConfig, "GROUPS_SHOW_CUSTOMER"> },
  groups: Pick<Groups, "lose">,
): Pick<SendDeliveryDeps, "fillCards" | "loseGroup"> => {
  const clientOf = clientsOf(deps);
  return {
    fillCards: fillCards({
      cards: createCardOrders(clientOf("orders")),
      auth: createAuthClient(clientOf("auth")),
      groupsShowCustomer: deps.config.GROUPS_SHOW_CUSTOMER,
    }),
    loseGroup: groups.lose,
  };
};

/** What the shop's people do with orders, groups and the services in the chat, over the routes of all of them. */
export const createTeamCases = (
  deps: TeamDeps,
  { admit, questions, groups, announce, wake }: Pick<TeamCases, "admit" | "questions" | "groups"> & Telling,
): TeamCases => {
  const { database, clock, newId } = deps;
  const clientOf = clientsOf(deps);
  return {
    ...{ admit, questions, groups },
    operations: createChatOperations(createOperationsDesk(clientOf)),
    orders: createStaffOrders({
      ...{ announce, wake, clock, newId },
      orders: createStaffOrderDesk(clientOf("orders")),
      users: createAuthClient(clientOf("auth")),
      groups: createGroupStore(database.db),
      enqueue: (rows, now) => database.transaction((tx) => createDeliveryStore(tx).enqueue(rows, now)),
    }),
  };
};
