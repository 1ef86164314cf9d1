import { and, asc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import { outbox } from "../../shared/outbox/schema.ts";
import { eraseParked, eraseRequests, requestsPart } from "../../shared/people/common-tables.ts";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import { type PersonPart, singlePart } from "../../shared/people/export-page.ts";
import type { Queryable, Tx } from "../../shared/ports/database.ts";
import type { TimelineEntry } from "../domain/react.ts";
import { withLines } from "./order-rows.ts";
import { customerOrder, orderTimeline, saga, userReplica } from "./schema.ts";
import { deleteUser } from "./user-replica.ts";

// What orders hold about a person, for their export and for their erasure (ADR 0035).

/** An order goes on with its address and its note until it has ended; looked at again so often. */
const OPEN_ORDER_LOOK_SECONDS = 60;

const entryOf = ({ at, actorKind, actorId, what, cause }: typeof orderTimeline.$inferSelect) => ({
  ...{ at, what, cause },
  actor: { kind: actorKind, id: actorId } satisfies TimelineEntry["actor"],
});

/** The timelines of several orders, oldest first each. */
const timelinesOf = async (db: Queryable, orderIds: readonly string[]) => {
  if (orderIds.length === 0) return new Map<string, (typeof orderTimeline.$inferSelect)[]>();
  const rows = await db
    .select()
    .from(orderTimeline)
    .where(inArray(orderTimeline.orderId, [...orderIds]))
    .orderBy(asc(orderTimeline.orderId), asc(orderTimeline.id));
  return Map.groupBy(rows, ({ orderId }) => orderId);
};

const ordersPart: PersonPart = {
  name: "orders",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(customerOrder)
      .where(and(eq(customerOrder.userId, userId), after === null ? undefined : gt(customerOrder.id, after)))
      .orderBy(asc(customerOrder.id))
      .limit(limit);
    const [orders, timelines] = await Promise.all([
      withLines(db, rows),
      timelinesOf(
        db,
        rows.map(({ id }) => id),
      ),
    ]);
    return orders.map((order) => ({
      key: order.id,
      record: { ...order, timeline: (timelines.get(order.id) ?? []).map(entryOf) },
    }));
  },
};

/** What a member of the staff has done to orders. */
const actionsPart: PersonPart = {
  name: "actions",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(orderTimeline)
      .where(
        and(
          eq(orderTimeline.actorId, userId),
          eq(orderTimeline.actorKind, "staff"),
          after === null ? undefined : gt(orderTimeline.id, Number(after)),
        ),
      )
      .orderBy(asc(orderTimeline.id))
      .limit(limit);
    return rows.map(({ id, orderId, at, what, cause }) => ({
      key: String(id),
      record: { orderId, at, what, cause },
    }));
  },
};

const accountPart = singlePart("account", async (db, userId) => {
  const [row] = await db.select().from(userReplica).where(eq(userReplica.id, userId));
  return row ?? null;
});

export const orderParts: readonly PersonPart[] = [accountPart, ordersPart, actionsPart, requestsPart];

/** From here on the person buys nothing any more, and older news of them changes nothing. */
const eraseCopy: EraseStep = async (tx, { userId, userVersion }) => {
  const [known] = await tx
    .select({ id: userReplica.id })
    .from(userReplica)
    .where(and(eq(userReplica.id, userId), eq(userReplica.deleted, false)));
  await deleteUser(tx, { id: userId, version: userVersion });
  return { erased: { "copy of the account": known === undefined ? 0 : 1 } };
};

const ofPerson = (userId: string): SQL => sql`${customerOrder.userId} = ${userId}::uuid`;
const ordersOf = (userId: string): SQL =>
  sql`select ${customerOrder.id} from ${customerOrder} where ${ofPerson(userId)}`;
const hasPersonal = sql`(${customerOrder.note} is not null or ${customerOrder.address} is not null)`;

/** Nothing is to be done with it any more: what became of it stays as it is, unless goods come back, which needs no address. */
const isOver = and(
  inArray(customerOrder.status, ["rejected", "delivered", "cancelled", "returned"]),
  sql`exists (select 1 from ${saga} where ${saga.orderId} = ${customerOrder.id} and ${saga.finishedAt} is not null)`,
);

/** Notes and addresses of orders that are over; those of open ones are kept until they are. */
const eraseOrders: EraseStep = async (tx, { userId }) => {
  const { rowCount: anonymised } = await tx
    .update(customerOrder)
    .set({ note: null, address: null })
    .where(and(ofPerson(userId), hasPersonal, isOver));
  const open = await tx.$count(customerOrder, and(ofPerson(userId), hasPersonal));
  const books = await tx.$count(customerOrder, ofPerson(userId));
  return {
    erased: { "notes and addresses of orders": anonymised ?? 0 },
    kept: [
      ...(books === 0
        ? []
        : [
            {
              what: "orders: numbers, SKUs, quantities, amounts, dates, and the user id as a pseudonym",
              why: "bookkeeping duty: they are the shop's records of its sales",
              until: null,
              count: books,
            },
          ]),
      ...(open === 0
        ? []
        : [
            {
              what: "notes and addresses of orders that are under way",
              why: "needed to deliver what was ordered",
              until: "the order is delivered, cancelled or rejected",
              count: open,
            },
          ]),
    ],
    ...(open === 0 ? {} : { lookAgainSeconds: OPEN_ORDER_LOOK_SECONDS }),
  };
};

/** Which quantities changed is a record of the books; any other words of people were typed in by somebody. */
const isTyped = and(
  inArray(orderTimeline.actorKind, ["user", "staff"]),
  sql`${orderTimeline.what} not in ('lines-changed', 'change-refused')`,
);

/** The reasons that people gave, in the timelines and in the news of the orders that is sent or waits to be. */
const eraseReasons: EraseStep = async (tx, { userId }) => {
  const entries = await tx
    .update(orderTimeline)
    .set({ cause: null })
    .where(
      and(
        sql`${orderTimeline.orderId} in (${ordersOf(userId)})`,
        sql`${orderTimeline.cause} is not null`,
        isTyped,
      ),
    );
  const events = await tx.execute(sql`
    update ${outbox} set event = jsonb_set(${outbox.event}, '{data,reason}', 'null')
    where ${outbox.aggregate} in (select o.id::text from (${ordersOf(userId)}) as o(id))
      and (${outbox.event} #>> '{data,reason}') is not null
      and ${outbox.event} ->> 'type' in ('order.cancelled', 'order.status-changed')`);
  return {
    erased: { "reasons given with orders": entries.rowCount ?? 0, "reasons in events": events.rowCount ?? 0 },
  };
};

/** The key of the request that placed an order was made by the person's device. */
const eraseOrigins: EraseStep = async (tx: Tx, { userId }) => {
  await tx
    .update(saga)
    .set({ origin: sql`${saga.origin} - 'idempotency'` })
    .where(and(sql`${saga.orderId} in (${ordersOf(userId)})`, sql`${saga.origin} ? 'idempotency'`));
  return {};
};

const keepActions: EraseStep = async (tx, { userId }) => {
  const count = await tx.$count(
    orderTimeline,
    and(eq(orderTimeline.actorId, userId), eq(orderTimeline.actorKind, "staff")),
  );
  if (count === 0) return {};
  const what = "what they did to orders as staff, with their words and the user id as a pseudonym";
  return { kept: [{ what, why: "bookkeeping duty: who did what to an order", until: null, count }] };
};

/** All that is done here when a person is erased, the copy first: it closes the door. */
export const orderEraseSteps: readonly EraseStep[] = [
  ...[eraseCopy, eraseOrders, eraseReasons, eraseOrigins, keepActions],
  ...[eraseRequests, eraseParked],
];
