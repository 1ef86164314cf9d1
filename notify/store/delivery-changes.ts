import { and, desc, eq, getTableColumns, ne, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { isBeyond, readHorizon } from "../../shared/sql/transaction-horizon.ts";
import type { ChangeCursor, DeliveryChangeReads } from "../usecases/delivery-ports.ts";
import { delivery } from "./schema.ts";

/** Deliveries of one page. */
const PAGE_MAX = 1_000;
/** Of a person's deliveries, so many of the newest are looked through; what may be older than they are, is read from the list. */
const OWN_DELIVERIES_MAX = 1_000;
/** Less than every id: a cursor with it stands before the first delivery of its transaction. */
const NO_DELIVERY = "00000000-0000-0000-0000-000000000000";

const { position, dedupeKey, chatId, sendDeadline, claimId, lane, resentAt, target, origin, ...columns } =
  getTableColumns(delivery);
const { id, userId, state, changedTx } = columns;

const cursorAt = (tx: string): ChangeCursor => ({ tx, key: NO_DELIVERY });

const between = ({ tx, key }: ChangeCursor, end: string): SQL =>
  sql`(changed_tx, id) > (${tx}::xid8, ${key}::uuid) and changed_tx < ${end}::xid8`;

/** Null where there are more of them than are looked through. */
const readOwn = async (db: Db, owner: string, after: ChangeCursor, end: string) => {
  const bound = OWN_DELIVERIES_MAX + 1;
  const { length } = await db.select({ id }).from(delivery).where(eq(userId, owner)).limit(bound);
  if (length === bound) return null;
  // By the index of the person's deliveries, never by that of all changes: theirs are few, and those of all are not.
  const newest = db.select(columns).from(delivery).where(eq(userId, owner)).orderBy(desc(id)).limit(bound);
  const own = db.$with("own").as(newest);
  return db
    .with(own)
    .select()
    .from(own)
    .where(and(between(after, end), sql`state <> 'sending'`))
    .orderBy(sql`changed_tx, id`);
};

/**
 * Changes of deliveries by cursor, without losing one to transactions that commit out of order: see
 * `shared/sql/transaction-horizon.ts`. One that is being sent is news when it is known what came of it.
 */
export const createDeliveryChangeReads = ({ db }: { readonly db: Db }): DeliveryChangeReads => ({
  async changesAfter(cursor) {
    const { end, next } = await readHorizon(db);
    const rows = await db
      .select(columns)
      .from(delivery)
      .where(and(between(cursor, end), ne(state, sql`'sending'`)))
      .orderBy(changedTx, id)
      .limit(PAGE_MAX);
    const last = rows.at(-1);
    const more = rows.length === PAGE_MAX;
    return {
      changes: rows,
      cursor: more && last ? { tx: last.changedTx, key: last.id } : cursorAt(end),
      more,
      complete: !more && end === next,
    };
  },

  currentCursor: async () => cursorAt((await readHorizon(db)).end),

  async missedBy(owner, after) {
    const horizon = await readHorizon(db);
    if (isBeyond(after.tx, horizon)) return null;
    const rows = await readOwn(db, owner, after, horizon.end);
    return rows && { changes: rows, cursor: cursorAt(horizon.end) };
  },
});
