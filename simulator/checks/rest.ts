import { isFinished } from "../../orders/domain/saga-state.ts";
import type { Books } from "../people/books.ts";
import type { Shop } from "../shop.ts";

/** What is still to be done, in words; nothing where the world is at rest. */
export const unrestOf = (shop: Shop, books: Books): string[] => {
  const { orders, inventory, products, users, notify, catalog, broker, instances } = shop;
  const open = [...orders.tables.orders.values()].filter(({ saga }) => !isFinished(saga));
  const unsent = [orders.tables, inventory.tables, products, users].reduce(
    (sum, { outbox }) => sum + outbox.unsent,
    0,
  );
  const inboxes = [orders.inboxes.products, orders.inboxes.users, catalog.inbox, notify.inbox];
  const parked = inboxes.reduce((sum, inbox) => sum + inbox.parked.length, 0);
  const untold = [...notify.messages.values()].filter(
    ({ state }) => state === "pending" || state === "sending",
  );
  const { levels } = inventory.tables;
  const behind = [...levels.values()].filter(
    ({ level }) => catalog.stock.get(level.sku)?.version !== level.version,
  );
  const counts: readonly (readonly [number, string])[] = [
    [books.busy, "people wait for an answer"],
    [
      open.length,
      `orders are open: ${open.map(({ order, saga }) => `${order.number} ${saga.step}`).join(", ")}`,
    ],
    [unsent, "events wait in an outbox"],
    [broker.waiting, "messages wait in a queue"],
    [parked, "messages are parked"],
    [untold.length, "messages to people are not sent"],
    [behind.length, "levels of the catalog's replica are old"],
    [instances.filter(({ up }) => up === null).length, "instances are down"],
  ];
  return counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
};
