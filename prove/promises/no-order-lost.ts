import { sql } from "drizzle-orm";
import type { CallRecord, Evidence, FaultRecord, Finding, ProvenPromise, Verdict } from "../promise.ts";
import { finding } from "./act-notes.ts";
import { bounds } from "./bounds.ts";
import { inDatabase } from "./breaking.ts";
import { firstFew, type OrderRow, readOrders } from "./rows.ts";

const NAME = "no-order-lost-or-stuck";
const TAKEN = ["confirmed", "packed", "shipped", "delivered", "cancelled", "returned"];
/** Statuses that an order may have after the client was told this; any that is an end for 202. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  "201": TAKEN,
  "202": [...TAKEN, "rejected"],
  "409": ["rejected"],
};

const isOrder = ({ method, path }: CallRecord): boolean => method === "POST" && path === "/v1/orders";
const acknowledges = ({ status }: CallRecord): boolean => status !== null && status >= 200 && status < 300;

/** Acknowledged orders that are not there any more. */
const lost = (told: readonly CallRecord[], byId: ReadonlyMap<string, OrderRow>): Finding[] => {
  const ids = new Map(
    told
      .filter(acknowledges)
      .flatMap(({ orderId, key, atMs }) => (orderId ? [[orderId, { key, atMs }] as const] : [])),
  );
  return [...ids]
    .filter(([id]) => !byId.has(id))
    .map(([orderId, call]) => finding(`order ${orderId} was acknowledged and is lost`, { orderId, ...call }));
};

/** Orders that ended in another way than their client was told at last. */
const otherwise = (told: readonly CallRecord[], byId: ReadonlyMap<string, OrderRow>): Finding[] => {
  const last = new Map(told.flatMap((call) => (call.orderId ? [[call.orderId, call] as const] : [])));
  return [...last].flatMap(([orderId, { status }]) => {
    const order = byId.get(orderId);
    const ends = fitting[String(status)];
    if (order === undefined || ends === undefined || !order.finished || ends.includes(order.status))
      return [];
    return [
      finding(`order ${order.number} is ${order.status}, and its client was told ${status}`, {
        orderId,
        status,
      }),
    ];
  });
};

/** Milliseconds that a decision took since the order was there and the last fault before the decision was over. */
const waitOf = (order: OrderRow, faults: readonly FaultRecord[], nowMs: number): number => {
  if (order.decidedMs === null || order.decidedAgoMs === null) return 0;
  const decidedAtMs = nowMs - order.decidedAgoMs;
  const since = faults.reduce(
    (latest, { atMs, endedAtMs }) =>
      atMs < decidedAtMs ? Math.max(latest, endedAtMs ?? decidedAtMs) : latest,
    decidedAtMs - order.decidedMs,
  );
  return Math.max(0, decidedAtMs - since);
};

const judge = async ({ calls, faults, shop }: Evidence): Promise<Verdict> => {
  const orders = await readOrders(shop);
  const nowMs = shop.now();
  const byId = new Map(orders.map((order) => [order.id, order]));
  const told = calls.filter((call) => isOrder(call) && call.status !== null);
  const open = orders.filter(({ finished, status }) => !finished || status === "pending");
  const waits = orders.map((order) => ({ order, waitMs: Math.round(waitOf(order, faults, nowMs)) }));
  const late = waits.filter(({ waitMs }) => waitMs > bounds.orderDecidedMs);
  return {
    counted: {
      orders: orders.length,
      acknowledged: new Set(told.filter(acknowledges).map(({ orderId }) => orderId)).size,
      slowestDecisionMs: waits.reduce((worst, { waitMs }) => Math.max(worst, waitMs), 0),
      allowedMs: bounds.orderDecidedMs,
    },
    findings: [
      ...firstFew(lost(told, byId)),
      ...firstFew(open).map(({ id, number, status }) =>
        finding(`order ${number} is stuck: ${status}`, { orderId: id, status }),
      ),
      ...firstFew(otherwise(told, byId)),
      ...firstFew(late).map(({ order, waitMs }) =>
        finding(`order ${order.number} was decided after ${waitMs} ms`, { orderId: order.id, waitMs }),
      ),
    ],
  };
};

/** Whoever was told that an order is there finds it, in one of its ends. */
export const noOrderLostOrStuck: ProvenPromise = {
  name: NAME,
  says: "No acknowledged order is lost or stuck: each reaches one end within 30 s after any fault",
  judge,
  breaches: [
    {
      name: NAME,
      says: "The row of an acknowledged order is gone",
      async breakIt(evidence) {
        const id = evidence.calls.findLast(
          (call) => isOrder(call) && acknowledges(call) && call.orderId,
        )?.orderId;
        return inDatabase("orders", sql`delete from customer_order where id = ${id}`)(evidence);
      },
    },
    {
      name: `${NAME}/stuck`,
      says: "An order's saga has not come to rest",
      breakIt: inDatabase(
        "orders",
        sql`update saga set finished_at = null, next_at = now() + interval '1 day', step = 'reserving'
          where order_id = (select order_id from saga where finished_at is not null order by order_id desc limit 1)`,
      ),
    },
    {
      name: `${NAME}/late`,
      says: "An order waited for its decision for an hour, and no fault was the cause",
      async breakIt(evidence) {
        const wait = sql`update customer_order set created_at = created_at - interval '1 hour'
          where id = (select order_id from order_timeline where what = 'confirmed' order by id desc limit 1)`;
        return { ...(await inDatabase("orders", wait)(evidence)), faults: [] };
      },
    },
    {
      name: `${NAME}/otherwise`,
      says: "A client was told the contrary of how its order has ended",
      async breakIt(evidence) {
        const { calls } = evidence;
        const nth = calls.findLastIndex((call) => isOrder(call) && call.status === 201);
        return { ...evidence, calls: calls.map((call, i) => (i === nth ? { ...call, status: 409 } : call)) };
      },
    },
  ],
};
