import type { Order, OrderStatus } from "../../orders/domain/order.ts";
import type { OrderEvent } from "../../orders/domain/react.ts";
import { nextStatuses } from "../../orders/domain/status.ts";
import type { Books, Request, ToldOrder } from "../people/books.ts";
import type { Shop } from "../shop.ts";
import type { OrderRow, OrderTables } from "../stores/order-tables.ts";

/** Watches every commit of orders: versions only rise. */
export const watchOrders = ({ orders }: OrderTables): (() => string[]) => {
  const seen = new Map<string, OrderRow>();
  const faultsOf = (row: OrderRow): string[] => {
    const { order, saga } = row;
    const before = seen.get(order.id);
    seen.set(order.id, row);
    if (before === undefined || before === row) return [];
    return [
      ...(order.version < before.order.version
        ? [`${order.number} went back to version ${order.version}`]
        : []),
      ...(saga.version < before.saga.version
        ? [`the saga of ${order.number} went back to version ${saga.version}`]
        : []),
    ];
  };
  return () => [...orders.values()].flatMap(faultsOf);
};

const actors = ["user", "staff", "system"] as const;
const mayMove = (from: OrderStatus, to: OrderStatus): boolean =>
  from === to || actors.some((actor) => nextStatuses(from, actor).includes(to));

/** An order moves only along its statuses, one change after the other; several may have been committed together. */
const moveFaults = ({ happened }: OrderTables): string[] =>
  [...Map.groupBy(happened, ({ order }) => order.id).values()].flatMap((events) =>
    events.flatMap(({ order, previousStatus }, i) => {
      const before = events[i - 1]?.order.status ?? null;
      if (previousStatus !== before)
        return [`${order.number} was ${before} and says that it was ${previousStatus}`];
      if (before === null || mayMove(before, order.status)) return [];
      return [`${order.number} went from ${before} to ${order.status}`];
    }),
  );

const linesText = (lines: ToldOrder["lines"]): string =>
  lines.map(({ id, quantity }) => `${id} ${quantity}`).join(", ");
const isSame = (told: ToldOrder, { status, lines }: Order): boolean =>
  told.status === status && linesText(told.lines) === linesText(lines);

/** What somebody was told of an order has been so, in that version. */
const toldFaults = (happened: readonly OrderEvent[], told: readonly ToldOrder[]): string[] => {
  const history = new Map(happened.map(({ order }) => [`${order.id} ${order.version}`, order]));
  return told.flatMap((order) => {
    const real = history.get(`${order.id} ${order.version}`);
    if (real !== undefined && isSame(order, real)) return [];
    return [
      `somebody was told that ${order.id} is ${order.status} in version ${order.version}, which it never was`,
    ];
  });
};

/** The outcome of a request against the order that came of it. */
const requestFaults = ({ orders }: OrderTables, { userId, key, answers }: Request): string[] => {
  const own = [...orders.values()].filter(
    ({ keptAs }) => key !== null && keptAs?.principal === userId && keptAs.key === key,
  );
  const replays = new Set(answers.filter(({ replayed }) => replayed).map(({ body }) => JSON.stringify(body)));
  const [row] = own;
  const bad = answers.filter(({ status }) => {
    if (row === undefined) return false;
    const isRejected = row.order.status === "rejected";
    return status === 409 ? !isRejected : status === 201 && isRejected;
  });
  return [
    ...(own.length > 1 ? [`${own.length} orders have the key ${key}`] : []),
    ...(key !== null && answers.length > 0 && row === undefined
      ? [`${key} was answered, and there is no order`]
      : []),
    ...(replays.size > 1 ? [`${key} was answered differently when it was repeated`] : []),
    ...bad.map(({ status }) => `${key} was answered ${status}, and its order is ${row?.order.status}`),
  ];
};

/** Every version of an order has told of itself once. */
const historyFaults = ({ orders, happened }: OrderTables): string[] => {
  const told = Map.groupBy(happened, ({ order }) => order.id);
  return [...orders.values()].flatMap(({ order }) => {
    const versions = (told.get(order.id) ?? []).map((event) => event.order.version).toSorted((a, b) => a - b);
    const isWhole = versions.length === order.version && versions.every((version, i) => version === i + 1);
    return isWhole
      ? []
      : [`${order.number} is in version ${order.version} and has told of ${versions.join(", ")}`];
  });
};

const paymentFaults = ({ orders, payments }: Shop): string[] =>
  [...orders.tables.orders.values()].flatMap(({ order: { id, number, status, payment } }) => {
    if (payment.provider === "manual") return [];
    const found = payments.states.get(id) ?? "none";
    const isUp = status === "rejected" || status === "cancelled";
    const isWrong = isUp ? found === "approved" : found !== "approved";
    return isWrong ? [`${number} is ${status}, and its payment ${found}`] : [];
  });

/** What must hold of orders when the world is at rest. */
export const restingOrderFaults = (shop: Shop, books: Books): string[] => {
  const { tables } = shop.orders;
  const lost = [...books.known].filter((id) => !tables.orders.has(id));
  return [
    ...lost.map((id) => `the order ${id} was acknowledged and is gone`),
    ...toldFaults(tables.happened, books.told),
    ...books.requests.flatMap((request) => requestFaults(tables, request)),
    ...historyFaults(tables),
    ...moveFaults(tables),
    ...paymentFaults(shop),
  ];
};
