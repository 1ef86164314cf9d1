import type { Queryable } from "../../shared/ports/database.ts";
import type { Stores } from "../usecases/ports.ts";
import { createBackInStockStore } from "./back-in-stock-store.ts";
import { createChatStore } from "./chat-store.ts";
import { createDeliveryStore, type Sending } from "./delivery-store.ts";
import { createStaffCardStore } from "./staff-card-store.ts";
import { createStockToldStore } from "./stock-told-store.ts";

/** The stores over one connection: the pool, or a transaction. */
export const storesOver = (db: Queryable, sending?: Sending): Stores => ({
  chats: createChatStore(db),
  stockTold: createStockToldStore(db),
  backInStock: createBackInStockStore(db),
  staffCards: createStaffCardStore(db),
  deliveries: createDeliveryStore(db, sending),
});
