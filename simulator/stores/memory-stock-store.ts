import type { Movement } from "../../inventory/domain/movement.ts";
import type { Reservation } from "../../inventory/domain/reservation.ts";
import type { StockAlert } from "../../inventory/domain/stock-alert.ts";
import { openStockBook, type StockBook } from "../../inventory/domain/stock-book.ts";
import type { StockLevel } from "../../inventory/domain/stock-level.ts";
import type {
  ChangeScope,
  IdempotentCall,
  StockDecision,
  StockState,
  StockStore,
} from "../../inventory/usecases/ports.ts";
import { KioskError } from "../../shared/kernel/errors.ts";
import type { NewEvent } from "../../shared/outbox/outbox.ts";
import type { Life } from "../world/life.ts";
import type { Division, Write } from "../world/parts.ts";
import type { World } from "../world/world.ts";
import { createKeptAnswers, type KeptAnswers } from "./kept-answers.ts";
import type { MemoryDatabase, MemoryTx } from "./memory-database.ts";
import type { MemoryOutbox } from "./memory-outbox.ts";

export interface KeptLevel {
  readonly level: StockLevel;
  /** The transaction that changed it last: what readers of changes go by. */
  readonly changedTx: number;
}

/** The database of inventory, which its processes share. */
export interface StockTables {
  readonly database: MemoryDatabase;
  readonly outbox: MemoryOutbox;
  readonly levels: Map<string, KeptLevel>;
  readonly reservations: Map<string, Reservation>;
  readonly movements: Movement[];
  readonly kept: KeptAnswers;
}

export const createStockTables = (database: MemoryDatabase, outbox: MemoryOutbox): StockTables => ({
  ...{ database, outbox },
  levels: new Map(),
  reservations: new Map(),
  movements: [],
  kept: createKeptAnswers(),
});

const OK = 200;

const eventOf = (alert: StockAlert, time: Date, traceOf: ChangeScope["traceOf"]): NewEvent => {
  const { type, sku, available, threshold, version, quiet } = alert;
  const facts = { subject: sku, sequence: version, source: "/inventory", time, ...traceOf(alert.orderId) };
  return type === "stock.low"
    ? { ...facts, type, data: { sku, available, threshold, version } }
    : { ...facts, type, data: { sku, available, version, ...(quiet ? { quiet } : {}) } };
};

const blank = (sku: string, now: Date): StockLevel => ({
  ...{ sku, onHand: 0, reserved: 0, version: 0, lowStockThreshold: 0 },
  told: "enough",
  exists: false,
  updatedAt: now,
});

/** The SKUs whose levels a decision about these orders may move. */
const skusOfOrders = (
  { reservations }: StockTables,
  { orderIds = [], returning = [] }: ChangeScope,
): string[] =>
  orderIds.flatMap((id) => {
    const reservation = reservations.get(id);
    const { status, lines = [] } = reservation ?? {};
    const mayMove = status === "held" || (status === "fulfilled" && returning.includes(id));
    return mayMove ? lines.map(({ sku }) => sku) : [];
  });

const present = <Value>(map: ReadonlyMap<string, Value>, keys: Iterable<string>): [string, Value][] =>
  [...keys].flatMap((key): [string, Value][] => {
    const value = map.get(key);
    return value === undefined ? [] : [[key, value]];
  });

const copyOf = (levels: StockTables["levels"]): Map<string, StockLevel> =>
  new Map([...levels].map(([sku, { level }]) => [sku, level]));

const textOf = ({ sku, kind, onHandAfter, reservedAfter, orderId }: Movement): string =>
  `${kind} of ${sku}${orderId === null ? "" : ` for ${orderId.slice(-4)}`}: on hand ${onHandAfter}, reserved ${reservedAfter}`;

const changesOf = (
  { tell }: World,
  tables: StockTables,
  state: StockState,
  reservations: readonly Reservation[],
  txId: number,
): Write[] => {
  const { levels, movements } = state.book.changes();
  return [
    () => {
      for (const level of levels) tables.levels.set(level.sku, { level, changedTx: txId });
      for (const reservation of reservations) tables.reservations.set(reservation.orderId, reservation);
      tables.movements.push(...movements);
      for (const movement of movements) tell("inventory", () => textOf(movement));
    },
  ];
};

interface Done<Result> {
  readonly result: Result;
  readonly book: StockBook | null;
}

/** Loads, decides and saves within one transaction, with the locks of `inventory/store/stock-store.ts` in their order. */
const createWithin = (world: World, tables: StockTables) => {
  /** Levels that have never been, where they are to be made. Like their rows, they are there for all at once. */
  const ensure = (tx: MemoryTx, skus: readonly string[]) => {
    for (const sku of skus)
      if (!tables.levels.has(sku)) tables.levels.set(sku, { level: blank(sku, tx.now), changedTx: tx.id });
  };
  const load = async (
    tx: MemoryTx,
    scope: ChangeScope,
    before: Map<string, StockLevel>,
  ): Promise<StockState> => {
    for (const id of [...new Set(scope.orderIds)].toSorted()) await tx.lock(`reservation ${id}`);
    const reservations = new Map(present(tables.reservations, new Set(scope.orderIds)));
    const skus = [...new Set([...scope.skus, ...skusOfOrders(tables, scope)])].toSorted();
    for (const sku of skus) await tx.lock(`level ${sku}`);
    await tx.statement();
    const locked = new Map(present(copyOf(tables.levels), skus));
    const levels = world.parts.shownLevels(locked, new Map(present(before, skus)));
    return { now: tx.now, levels, reservations, book: openStockBook(levels.values(), tx.now) };
  };
  const save = (
    tx: MemoryTx,
    state: StockState,
    reservations: readonly Reservation[],
    traceOf: ChangeScope["traceOf"],
  ): Division => {
    const alerts = state.book.changes().alerts.map((alert) => eventOf(alert, state.now, traceOf));
    const events = tables.outbox.append(alerts);
    return world.parts.divideChange(changesOf(world, tables, state, reservations, tx.id), events);
  };
  const change = async <R>(
    tx: MemoryTx,
    scope: ChangeScope,
    decide: (state: StockState) => StockDecision<R>,
  ) => {
    const before = copyOf(tables.levels);
    if (scope.create === true) ensure(tx, scope.skus);
    const state = await load(tx, scope, before);
    const { result, reservations = [] } = decide(state);
    const division = save(tx, state, reservations, scope.traceOf);
    return { result: { result, book: state.book } satisfies Done<R>, division };
  };
  return { load, save, change };
};

/** The stock of one process: the port of `inventory/usecases/ports.ts` in memory. */
export const createMemoryStockStore = (
  world: World,
  tables: StockTables,
  { life, announce }: { life: Life; announce: (levels: readonly StockLevel[]) => void },
): StockStore => {
  const { database, kept, reservations } = tables;
  const within = createWithin(world, tables);
  const tell = ({ book }: Pick<Done<unknown>, "book">) => {
    const levels = book?.changes().levels ?? [];
    if (levels.length > 0) announce(levels);
  };
  return {
    async change(scope, decide) {
      const done = await database.divided(life, (tx) => within.change(tx, scope, decide));
      tell(done);
      return done.result;
    },
    async changeOnce<R>(
      call: IdempotentCall,
      scope: ChangeScope,
      decide: (state: StockState) => StockDecision<R>,
    ) {
      const done = await database.divided(
        life,
        async (tx): Promise<{ result: Done<R>; division: Division }> => {
          const known = kept.find(tx, call);
          if (known instanceof KioskError) throw known;
          if (known !== null)
            return { result: { result: known.body as R, book: null }, division: { within: [], after: [] } };
          const { result, division } = await within.change(tx, scope, decide);
          tx.write(kept.record(call, { status: OK, body: result.result }));
          return { result, division };
        },
      );
      tell(done);
      return { result: done.result, replayed: done.book === null };
    },
    async changeDue(limit, decide, trace = {}) {
      const done = await database.divided(
        life,
        async (tx): Promise<{ result: Done<number>; division: Division }> => {
          await tx.statement();
          const due = [...reservations.values()]
            .filter(({ status, expiresAt }) => status === "held" && expiresAt !== null && expiresAt <= tx.now)
            .filter(({ orderId }) => tx.tryLock(`reservation ${orderId}`))
            .slice(0, limit);
          if (due.length === 0)
            return { result: { result: 0, book: null }, division: { within: [], after: [] } };
          const scope: ChangeScope = {
            skus: [],
            orderIds: due.map(({ orderId }) => orderId),
            traceOf: () => trace,
          };
          const state = await within.load(tx, scope, copyOf(tables.levels));
          const division = within.save(tx, state, decide(state).reservations, scope.traceOf);
          return { result: { result: due.length, book: state.book }, division };
        },
      );
      tell(done);
      return done.result;
    },
  };
};
