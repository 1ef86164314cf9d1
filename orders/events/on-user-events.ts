import type { EventData, UserSnapshot } from "../../shared/contracts/events.ts";
import type { EventHandler, EventHandlers } from "../../shared/outbox/inbox.ts";

type Tx = Parameters<EventHandler<"user.created">>[1];

/** The replica of users, within the transaction of the event. */
export interface UserNews {
  save(tx: Tx, user: UserSnapshot): Promise<void>;
  delete(tx: Tx, gone: EventData<"user.deleted">): Promise<void>;
}

/** Keeps the replica of users. Old news changes nothing, whatever order it comes in. */
export const onUserEvents = (replica: UserNews): EventHandlers => ({
  "user.created": (event, tx) => replica.save(tx, event.data.user),
  "user.updated": (event, tx) => replica.save(tx, event.data.user),
  "user.deleted": (event, tx) => replica.delete(tx, event.data),
});
