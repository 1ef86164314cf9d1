import type { EventData, ProductSnapshot } from "../../shared/contracts/events.ts";
import type { EventHandler, EventHandlers } from "../../shared/outbox/inbox.ts";

type Tx = Parameters<EventHandler<"product.created">>[1];

/** The replica of products, within the transaction of the event. */
export interface ProductNews {
  save(tx: Tx, products: readonly ProductSnapshot[]): Promise<void>;
  delete(tx: Tx, gone: EventData<"product.deleted">): Promise<void>;
}

/** Keeps the replica of products. Old news changes nothing, whatever order it comes in. */
export const onProductEvents = (replica: ProductNews): EventHandlers => ({
  "product.created": (event, tx) => replica.save(tx, [event.data.product]),
  "product.updated": (event, tx) => replica.save(tx, [event.data.product]),
  "product.deleted": (event, tx) => replica.delete(tx, event.data),
});
