import { recount } from "../../catalog/domain/sales.ts";
import { noticesToBuyer } from "../../notify/domain/order-news.ts";
import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import type { Inbox } from "../bus/inbox.ts";
import type { Message } from "../services/notify.ts";
import type { Shop } from "../shop.ts";

/** What has happened is in the outbox, once each. */
const outboxFaults = ({ orders: { tables } }: Shop): string[] => {
  const keyOf = (type: string, subject: string, version: number) =>
    `${type} of ${subject} in version ${version}`;
  const said = tables.outbox.committed
    .filter(({ type }) => type.startsWith("order."))
    .map(({ type, subject, sequence }) => keyOf(type, subject, sequence));
  const happened = tables.happened.map(({ type, order }) => keyOf(type, order.id, order.version));
  const [missing, invented] = [
    new Set(happened).difference(new Set(said)),
    new Set(said).difference(new Set(happened)),
  ];
  const twice = [...Map.groupBy(said, (what) => what)].filter(([, same]) => same.length > 1);
  return [
    ...twice.map(([what, same]) => `${what} was told ${same.length} times`),
    ...[...missing].map((what) => `${what} was never told`),
    ...[...invented].map((what) => `${what} was told and has not happened`),
  ];
};

/** Every event has had its effect once at a consumer that handles its type. */
const effectFaults = (
  name: string,
  { effects }: Inbox,
  events: readonly EventEnvelope[],
  types: readonly string[],
): string[] =>
  events
    .filter(({ type }) => types.includes(type))
    .flatMap(({ id, type, subject }) => {
      const times = effects.get(id) ?? 0;
      return times === 1 ? [] : [`${type} of ${subject} has had its effect ${times} times at ${name}`];
    });

const OF_SALES = ["order.confirmed", "order.lines-changed", "order.status-changed", "order.cancelled"];
const TO_BUYERS = ["order.confirmed", "order.rejected", "order.status-changed", "order.cancelled"];

const consumerFaults = ({ orders, catalog, notify, products, users }: Shop): string[] => {
  const { committed } = orders.tables.outbox;
  return [
    ...effectFaults("catalog", catalog.inbox, committed, OF_SALES),
    ...effectFaults("notify", notify.inbox, committed, TO_BUYERS),
    ...effectFaults("orders", orders.inboxes.products, products.outbox.committed, ["product.updated"]),
    ...effectFaults("orders", orders.inboxes.users, users.outbox.committed, ["user.updated"]),
  ];
};

/** A copy is what its owner has, where there is one; what was never copied and never changed is asked for when it is wanted. */
const copyFaults = <Row extends { readonly version: number }>(
  name: string,
  owner: ReadonlyMap<string, Row>,
  copies: ReadonlyMap<string, Row>,
): string[] =>
  [...owner].flatMap(([id, row]) => {
    const copy = copies.get(id);
    if (copy === undefined && row.version === 1) return [];
    return copy?.version === row.version
      ? []
      : [`the copy of ${name} ${id} is ${copy?.version}, not ${row.version}`];
  });

const salesFaults = ({ orders, catalog }: Shop): string[] => {
  const { difference } = recount(
    [],
    [...orders.tables.orders.values()].map(({ order }) => order),
  );
  const expected = new Map(difference.map(({ productId, units }) => [productId, units]));
  return [...new Set([...expected.keys(), ...catalog.sold.keys()])].flatMap((id) => {
    const [wanted, found] = [expected.get(id) ?? 0, catalog.sold.get(id) ?? 0];
    return wanted === found ? [] : [`${found} of ${id} count as sold, and ${wanted} are`];
  });
};

/** A message comes once, or nobody knows; what is known to have failed has not come. */
const messageFaults = ({ notify: { messages, telegram }, orders }: Shop): string[] => {
  const wanted = orders.tables.happened.flatMap((event) =>
    event.type === "order.created" || event.type === "order.lines-changed"
      ? []
      : noticesToBuyer({
          ...event.order,
          orderId: event.order.id,
          previousStatus: event.previousStatus,
          reason: event.reason,
          lines: [],
        }),
  ).length;
  const countOf = ({ id }: Message) => telegram.arrived.get(id) ?? 0;
  const isWrong = (message: Message): boolean => {
    const times = countOf(message);
    if (times > 1) return true;
    return message.state === "sent" ? times !== 1 : message.state === "failed" && times !== 0;
  };
  const wrong = [...messages.values()].filter(isWrong);
  return [
    ...wrong.map((message) => `a message that is ${message.state} has come ${countOf(message)} times`),
    ...(messages.size === wanted
      ? []
      : [`${messages.size} messages to buyers, and there was news for ${wanted}`]),
  ];
};

/** What must hold of events, copies and messages when the world is at rest. */
export const restingEventFaults = (shop: Shop): string[] => {
  const { products, users, orders, catalog, inventory } = shop;
  const levels = new Map([...inventory.tables.levels].map(([sku, { level }]) => [sku, level]));
  return [
    ...outboxFaults(shop),
    ...consumerFaults(shop),
    ...copyFaults("the product", products.rows, orders.products.rows),
    ...copyFaults("the user", users.rows, orders.users.rows),
    ...[...levels.values()]
      .filter(({ sku, onHand, reserved }) => catalog.stock.get(sku)?.available !== onHand - reserved)
      .map(({ sku }) => `the catalog shows another stock of ${sku} than there is`),
    ...salesFaults(shop),
    ...messageFaults(shop),
  ];
};
