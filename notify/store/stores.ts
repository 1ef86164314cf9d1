import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { Stores, Transact } from "../usecases/ports.ts";
import { createChatStore } from "./chat-store.ts";
import { createDeliveryStore } from "./delivery-store.ts";
import { createOrderCardStore } from "./order-card-store.ts";

/** The stores over one connection: the pool, or a transaction. */
export const storesOver = (db: Queryable): Stores => ({
  chats: createChatStore(db),
  deliveries: createDeliveryStore(db),
  cards: createOrderCardStore(db),
});

export const transactOver =
  (database: Database): Transact =>
  (work) =>
    database.transaction((tx) => work(storesOver(tx)));
