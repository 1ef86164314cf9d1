import type { Queryable } from "../../shared/ports/database.ts";
import type { Stores } from "../usecases/ports.ts";
import { createChatStore } from "./chat-store.ts";
import { createDeliveryStore } from "./delivery-store.ts";

/** The stores over one connection: the pool, or a transaction. */
export const storesOver = (db: Queryable): Stores => ({
  chats: createChatStore(db),
  deliveries: createDeliveryStore(db),
});
