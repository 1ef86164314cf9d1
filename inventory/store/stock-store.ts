import { sql } from "drizzle-orm";
import { findReplay, remember, requestHash } from "../../shared/outbox/idempotency.ts";
import { append, type NewEvent } from "../../shared/outbox/outbox.ts";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { crashPoint } from "../../shared/runtime/crash-point.ts";
import { statement } from "../../shared/sql/statement.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { StockAlert } from "../domain/stock-alert.ts";
import { openStockBook, type StockBook } from "../domain/stock-book.ts";
import type { StockLevel } from "../domain/stock-level.ts";
import type {
  ChangeScope,
  IdempotentCall,
  StockDecision,
  StockState,
  StockStore,
} from "../usecases/ports.ts";
import { linesByOrder } from "./reservation-lines.ts";
import { reservation, reservationLine, stockLevel } from "./schema.ts";
import { type LevelRow, levelOf } from "./stock-rows.ts";
import { saveWrites } from "./stock-writes.ts";

// Everything that changes stock locks in one order, so that no two transactions can wait for each other:
// first the order ids (advisory, sorted by key: an order that has no row yet must be lockable), then the rows of their
// reservations (by order id), then the levels (by SKU). The expiry sweep takes rows of reservations only when nobody
// holds them, and levels as everybody else.

const SOURCE = "/inventory";
/** The status that is stored beside a result, so that a repetition is told the same. */
const OK = 200;

export interface StockStoreOptions {
  readonly database: Database;
  /** Told after each commit which levels it changed. Must not fail. */
  readonly announce: (levels: readonly StockLevel[]) => void;
}

/** Locks the order ids, and answers the time by the database's clock, cut to the milliseconds of a `Date`. */
const begin = async (tx: Tx, orderIds: readonly string[]): Promise<Date> => {
  const { rows } = await tx.execute<{ now_ms: number }>(lockOrders({ orderIds }));
  return new Date(rows[0]?.now_ms ?? Number.NaN);
};

interface OfOrders {
  readonly orderIds: readonly string[];
}

const lockOrders = statement<OfOrders>(
  ({ rows }) => sql`
    select floor(extract(epoch from now()) * 1000)::float8 as now_ms, count(pg_advisory_xact_lock(k.key))
    from (
      select distinct hashtextextended('reservation' || o.id, 0) as key
      from unnest(${rows("orderIds")("text", (id) => id)}) as o(id) order by key
    ) as k`,
);

const lockReservations = (tx: Tx, orderIds: readonly string[]) =>
  tx
    .select({
      orderId: reservation.orderId,
      status: reservation.status,
      revision: reservation.revision,
      expiresAt: reservation.expiresAt,
    })
    .from(reservation)
    .where(sql`${reservation.orderId} = any(${sql.param(orderIds)}::uuid[])`)
    .orderBy(reservation.orderId)
    .for("update");

/** The lines are read by the statement behind the one that locks: as they are while nobody else may change them. */
const loadReservations = async (tx: Tx, orderIds: readonly string[]): Promise<Map<string, Reservation>> => {
  if (orderIds.length === 0) return new Map();
  const [rows, lines] = await Promise.all([lockReservations(tx, orderIds), linesByOrder(tx, orderIds)]);
  return new Map(rows.map((row) => [row.orderId, { ...row, lines: lines.get(row.orderId) ?? [] }]));
};

/** A level that has never been gets a row, so that two who create it at once take turns. */
const ensureLevels = async (tx: Tx, skus: readonly string[]): Promise<void> => {
  await tx.execute(sql`
    insert into ${stockLevel} (sku, on_hand, reserved, version, low_stock_threshold, deleted, updated_at)
    select s.sku, 0, 0, 0, 0, true, now() from unnest(${sql.param(skus)}::text[]) as s(sku)
    order by s.sku
    on conflict (sku) do nothing`);
};

interface LevelsAsked {
  readonly skus: readonly string[];
  readonly orderIds: readonly string[];
  /** Of these orders, what has left may come back. */
  readonly returning: readonly string[];
}

/**
 * Locks the levels of these SKUs, and those that a decision about these orders may move: of what they hold, and of what has
 * left and may come back. One statement, so that all are locked in the order of SKUs.
 */
const lockLevels = statement<LevelsAsked>(
  ({ rows }) => sql`
    select sku, on_hand as "onHand", reserved, version, low_stock_threshold as "lowStockThreshold", told, deleted,
      updated_at as "updatedAt"
    from ${stockLevel}
    where sku = any(${rows("skus")("text", (sku) => sku)} || array(
      select line.sku from ${reservationLine} line join ${reservation} held using (order_id)
      where held.order_id = any(${rows("orderIds")("uuid", (id) => id)})
        and (held.status = 'held'
          or held.status = 'fulfilled' and held.order_id = any(${rows("returning")("uuid", (id) => id)}))))
    order by sku for update`,
);

/** Beyond drizzle's own selects times come as PostgreSQL writes them. */
type WrittenLevel = Record<keyof LevelRow, unknown> &
  Omit<LevelRow, "updatedAt"> & { readonly updatedAt: string };

const loadLevels = async (tx: Tx, asked: LevelsAsked): Promise<Map<string, StockLevel>> => {
  const { rows } = await tx.execute<WrittenLevel>(lockLevels(asked));
  return new Map(rows.map((row) => [row.sku, levelOf({ ...row, updatedAt: new Date(row.updatedAt) })]));
};

const stateOf = (
  now: Date,
  reservations: ReadonlyMap<string, Reservation>,
  levels: ReadonlyMap<string, StockLevel>,
): StockState => ({ now, levels, reservations, book: openStockBook(levels.values(), now) });

const eventOf = (alert: StockAlert, time: Date, traceOf: ChangeScope["traceOf"]): NewEvent => {
  const facts = {
    subject: alert.sku,
    sequence: alert.version,
    source: SOURCE,
    time,
    ...traceOf(alert.orderId),
  };
  const { sku, available, threshold, version, quiet } = alert;
  return alert.type === "stock.low"
    ? { ...facts, type: "stock.low", data: { sku, available, threshold, version } }
    : { ...facts, type: "stock.restocked", data: { sku, available, version, ...(quiet ? { quiet } : {}) } };
};

const save = async (
  tx: Tx,
  state: StockState,
  reservations: readonly Reservation[],
  traceOf: ChangeScope["traceOf"],
): Promise<void> => {
  const changes = state.book.changes();
  const alerts = changes.alerts.map((alert) => eventOf(alert, state.now, traceOf));
  await Promise.all([
    saveWrites(tx, { changes, reservations, before: state.reservations, now: state.now, traceOf }),
    append(tx, alerts),
  ]);
};

/** Loads, decides and saves within the caller's transaction. */
const changeWithin = async <R>(
  tx: Tx,
  scope: ChangeScope,
  decide: (state: StockState) => StockDecision<R>,
): Promise<{ result: R; book: StockBook }> => {
  const { skus, orderIds = [], returning = [], create = false, traceOf } = scope;
  if (create) await ensureLevels(tx, skus);
  // On their way together, and done one after the other: what is behind a lock is read once that is held.
  const [now, before, levels] = await Promise.all([
    begin(tx, orderIds),
    loadReservations(tx, orderIds),
    loadLevels(tx, { skus, orderIds, returning }),
  ]);
  const state = stateOf(now, before, levels);
  const { result, reservations = [] } = decide(state);
  await save(tx, state, reservations, traceOf);
  crashPoint("inventory.change.before-commit");
  return { result, book: state.book };
};

const takeDue = async (tx: Tx, limit: number): Promise<string[]> => {
  const { rows } = await tx.execute<{ order_id: string }>(sql`
    select order_id from ${reservation} where status = 'held' and expires_at <= now()
    order by expires_at limit ${limit} for update skip locked`);
  return rows.map((row) => row.order_id);
};

/** The one place that changes stock in the database. */
export const createStockStore = ({ database, announce }: StockStoreOptions): StockStore => {
  const announceBook = (book: StockBook | undefined) => {
    const levels = book?.changes().levels ?? [];
    if (levels.length > 0) announce(levels);
  };

  return {
    async change(scope, decide) {
      const { result, book } = await database.transaction((tx) => changeWithin(tx, scope, decide));
      crashPoint("inventory.change.after-commit");
      announceBook(book);
      return result;
    },

    async changeOnce<R>(
      { body, ...call }: IdempotentCall,
      scope: ChangeScope,
      decide: (state: StockState) => StockDecision<R>,
    ) {
      const request = { ...call, requestHash: requestHash(body) };
      const { result, book } = await database.transaction(async (tx) => {
        const replay = await findReplay(tx, request);
        // It was this very result that was remembered: the route is part of the key.
        if (replay) return { result: replay.body as R, book: undefined };
        const done = await changeWithin(tx, scope, decide);
        await remember(tx, { ...request, status: OK, body: done.result });
        return done;
      });
      announceBook(book);
      return { result, replayed: book === undefined };
    },

    async changeDue(limit, decide, trace = {}) {
      const { taken, book } = await database.transaction(async (tx) => {
        const orderIds = await takeDue(tx, limit);
        if (orderIds.length === 0) return { taken: 0, book: undefined };
        const [reservations, now, levels] = await Promise.all([
          loadReservations(tx, orderIds),
          begin(tx, []),
          loadLevels(tx, { skus: [], orderIds, returning: [] }),
        ]);
        const state = stateOf(now, reservations, levels);
        await save(tx, state, decide(state).reservations, () => trace);
        crashPoint("inventory.expire.before-commit");
        return { taken: orderIds.length, book: state.book };
      });
      announceBook(book);
      return taken;
    },
  };
};
