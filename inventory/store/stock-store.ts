import { sql } from "drizzle-orm";
import { findReplay, remember, requestHash } from "../../shared/outbox/idempotency.ts";
import { append, type NewEvent } from "../../shared/outbox/outbox.ts";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { crashPoint } from "../../shared/runtime/crash-point.ts";
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
import { reservation, stockLevel } from "./schema.ts";
import { levelColumns, levelOf } from "./stock-rows.ts";
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
  const { rows } = await tx.execute<{ now_ms: number }>(sql`
    select floor(extract(epoch from now()) * 1000)::float8 as now_ms, count(pg_advisory_xact_lock(k.key))
    from (
      select distinct hashtextextended('reservation' || o.id, 0) as key
      from unnest(${sql.param(orderIds)}::text[]) as o(id) order by key
    ) as k`);
  return new Date(rows[0]?.now_ms ?? Number.NaN);
};

const loadReservations = async (tx: Tx, orderIds: readonly string[]): Promise<Map<string, Reservation>> => {
  if (orderIds.length === 0) return new Map();
  const rows = await tx
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
  const lines = await linesByOrder(
    tx,
    rows.map((row) => row.orderId),
  );
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

const loadLevels = async (tx: Tx, skus: readonly string[]): Promise<Map<string, StockLevel>> => {
  if (skus.length === 0) return new Map();
  const rows = await tx
    .select(levelColumns)
    .from(stockLevel)
    .where(sql`${stockLevel.sku} = any(${sql.param(skus)}::text[])`)
    .orderBy(stockLevel.sku)
    .for("update");
  return new Map(rows.map((row) => [row.sku, levelOf(row)]));
};

/** SKUs of the lines that a decision may move: what is held, and what has left and may come back. */
const movableSkus = (reservations: Iterable<Reservation>, returning: readonly string[]): string[] => {
  const returningIds = new Set(returning);
  return [...reservations].flatMap(({ orderId, status, lines }) =>
    status === "held" || (status === "fulfilled" && returningIds.has(orderId))
      ? lines.map((line) => line.sku)
      : [],
  );
};

const loadState = async (
  tx: Tx,
  now: Date,
  reservations: ReadonlyMap<string, Reservation>,
  { skus, returning = [] }: Pick<ChangeScope, "skus" | "returning">,
): Promise<StockState> => {
  const movable = movableSkus(reservations.values(), returning);
  const levels = await loadLevels(tx, [...new Set([...skus, ...movable])]);
  return { now, levels, reservations, book: openStockBook(levels.values(), now) };
};

const eventOf = (alert: StockAlert, time: Date, traceOf: ChangeScope["traceOf"]): NewEvent => {
  const facts = {
    subject: alert.sku,
    sequence: alert.version,
    source: SOURCE,
    time,
    ...traceOf(alert.orderId),
  };
  const { sku, available, threshold, version } = alert;
  return alert.type === "stock.low"
    ? { ...facts, type: "stock.low", data: { sku, available, threshold, version } }
    : { ...facts, type: "stock.restocked", data: { sku, available, version } };
};

const save = async (
  tx: Tx,
  state: StockState,
  reservations: readonly Reservation[],
  traceOf: ChangeScope["traceOf"],
): Promise<void> => {
  const changes = state.book.changes();
  await saveWrites(tx, { changes, reservations, before: state.reservations, now: state.now });
  await append(
    tx,
    changes.alerts.map((alert) => eventOf(alert, state.now, traceOf)),
  );
};

/** Loads, decides and saves within the caller's transaction. */
const changeWithin = async <R>(
  tx: Tx,
  scope: ChangeScope,
  decide: (state: StockState) => StockDecision<R>,
): Promise<{ result: R; book: StockBook }> => {
  const { skus, orderIds = [], create = false, traceOf } = scope;
  const now = await begin(tx, orderIds);
  if (create) await ensureLevels(tx, skus);
  const state = await loadState(tx, now, await loadReservations(tx, orderIds), scope);
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

    async changeDue(limit, decide) {
      const { taken, book } = await database.transaction(async (tx) => {
        const orderIds = await takeDue(tx, limit);
        if (orderIds.length === 0) return { taken: 0, book: undefined };
        const reservations = await loadReservations(tx, orderIds);
        const state = await loadState(tx, await begin(tx, []), reservations, { skus: [] });
        await save(tx, state, decide(state).reservations, () => ({}));
        crashPoint("inventory.expire.before-commit");
        return { taken: orderIds.length, book: state.book };
      });
      announceBook(book);
      return taken;
    },
  };
};
