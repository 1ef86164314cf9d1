import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { money } from "../../shared/kernel/money.ts";
import type { Db } from "../../shared/ports/database.ts";
import { isBeyond, readHorizon } from "../../shared/sql/transaction-horizon.ts";
import type { Order } from "../domain/order.ts";
import type { ChangeCursor, OrderChangeReads, OrderNews } from "../usecases/ports.ts";
import { customerOrder } from "./schema.ts";

/** Orders of one page. */
const PAGE_MAX = 1_000;
/** A customer with more orders than this is told to read the list again, rather than having all of them looked through. */
const OWN_ORDERS_MAX = 1_000;
/** Less than every id: a cursor with it stands before the first order of its transaction. */
const NO_ORDER = "00000000-0000-0000-0000-000000000000";

const { id, number, userId, status, version, totalMinor, currency, updatedAt, changedTx } = customerOrder;
const newsColumns = { id, number, userId, status, version, totalMinor, currency, updatedAt, changedTx };

type NewsRow = Pick<typeof customerOrder.$inferSelect, keyof typeof newsColumns>;

const newsOf = (row: NewsRow): OrderNews => ({
  id: row.id,
  number: row.number,
  userId: row.userId,
  status: row.status satisfies Order["status"],
  version: row.version,
  total: money(row.totalMinor, row.currency),
  updatedAt: row.updatedAt.toISOString(),
});

const cursorAt = (tx: string): ChangeCursor => ({ tx, key: NO_ORDER });

const between = ({ tx, key }: ChangeCursor, end: string): SQL =>
  sql`(changed_tx, id) > (${tx}::xid8, ${key}::uuid) and changed_tx < ${end}::xid8`;

const readOwn = async (db: Db, owner: string, after: ChangeCursor, end: string) => {
  const owned = db
    .select(newsColumns)
    .from(customerOrder)
    .where(eq(userId, owner))
    .orderBy(desc(id))
    .limit(OWN_ORDERS_MAX + 1);
  const { length } = await db
    .select({ id })
    .from(customerOrder)
    .where(eq(userId, owner))
    .limit(OWN_ORDERS_MAX + 1);
  if (length > OWN_ORDERS_MAX) return null;
  // By the index of the customer's orders, never by that of all changes: theirs are few, and those of all are not.
  const own = db.$with("own").as(owned);
  return db.with(own).select().from(own).where(between(after, end)).orderBy(sql`changed_tx, id`);
};

/** Changes of orders by cursor, without losing one to transactions that commit out of order: see `shared/sql/transaction-horizon.ts`. */
export const createOrderChangeReads = ({ db }: { readonly db: Db }): OrderChangeReads => {
  const changesAfter: OrderChangeReads["changesAfter"] = async (cursor) => {
    const { end, next } = await readHorizon(db);
    const rows = await db
      .select(newsColumns)
      .from(customerOrder)
      .where(and(between(cursor, end)))
      .orderBy(changedTx, id)
      .limit(PAGE_MAX);
    const last = rows.at(-1);
    const more = rows.length === PAGE_MAX;
    return {
      changes: rows.map(newsOf),
      cursor: more && last ? { tx: last.changedTx, key: last.id } : cursorAt(end),
      more,
      complete: !more && end === next,
    };
  };

  return {
    changesAfter,
    currentCursor: async () => cursorAt((await readHorizon(db)).end),
    async missedBy(owner, after) {
      const horizon = await readHorizon(db);
      if (isBeyond(after.tx, horizon)) return null;
      if (owner === null) {
        const page = await changesAfter(after);
        return page.more ? null : page;
      }
      const rows = await readOwn(db, owner, after, horizon.end);
      return rows && { changes: rows.map(newsOf), cursor: cursorAt(horizon.end) };
    },
  };
};
