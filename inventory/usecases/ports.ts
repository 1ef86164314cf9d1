import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { LedgerRow } from "../domain/ledger.ts";
import type { Movement } from "../domain/movement.ts";
import type { Repair } from "../domain/repair.ts";
import type { Reservation, ReservationCommand, ReservationStatus } from "../domain/reservation.ts";
import type { StockBook } from "../domain/stock-book.ts";
import type { StockLevel } from "../domain/stock-level.ts";

/** Which request causes a change, for the events that tell of it. */
export interface Trace {
  readonly requestId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** What a decision wants locked. */
export interface ChangeScope {
  readonly skus: readonly string[];
  /** Their reservations are locked and loaded, and the levels of the lines of those that are held. */
  readonly orderIds?: readonly string[];
  /** Those of `orderIds` whose goods may come back: the levels of their lines are locked also when they have left. */
  readonly returning?: readonly string[];
  /** Levels of `skus` that have never been come as deleted ones of version 0, so that they can be locked too. */
  readonly create?: boolean;
  /** The request behind the movement of an order, or behind all others (null). */
  readonly traceOf: (orderId: string | null) => Trace;
}

/** What a decision may look at; all of it is locked until the end of the transaction. */
export interface StockState {
  /** By the database's clock: several instances agree on it. */
  readonly now: Date;
  readonly book: StockBook;
  /** Every level of the scope, deleted ones included. */
  readonly levels: ReadonlyMap<string, StockLevel>;
  readonly reservations: ReadonlyMap<string, Reservation>;
}

export interface StockDecision<R> {
  readonly result: R;
  /** Reservations that are new or have changed. */
  readonly reservations?: readonly Reservation[];
}

/** A request with an `Idempotency-Key`. The body is anything that JSON can say. */
export interface IdempotentCall {
  readonly principal: string;
  /** Method and path template. */
  readonly route: string;
  readonly key: string;
  readonly body: unknown;
}

export interface StockStore {
  /**
   * Loads and locks the scope, lets `decide` move stock in the book, and saves book, reservations and events in one
   * transaction. Afterwards everybody who follows the stock is told. `decide` may run again after a deadlock; when it
   * throws, nothing has happened.
   */
  change<R>(scope: ChangeScope, decide: (state: StockState) => StockDecision<R>): Promise<R>;
  /**
   * The same at most once for an idempotency key: a repetition gets the first result, as `replayed`. Fails with
   * `IDEMPOTENCY_MISMATCH` for another body and with `CONFLICT` while the first is running.
   */
  changeOnce<R>(
    call: IdempotentCall,
    scope: ChangeScope,
    decide: (state: StockState) => StockDecision<R>,
  ): Promise<{ result: R; replayed: boolean }>;
  /**
   * Takes up to `limit` holds whose time has passed and that nobody else is at, and lets `decide` end them. Answers
   * how many were taken. `trace` is that of the sweep, for its events.
   */
  changeDue(
    limit: number,
    decide: (state: StockState) => { readonly reservations: readonly Reservation[] },
    trace?: Trace,
  ): Promise<number>;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** True when there are more after the last. */
  readonly more: boolean;
}

export interface LevelQuery {
  readonly limit: number;
  /** The last SKU of the page before. */
  readonly after: string | null;
  /** Only levels that are low. */
  readonly low: boolean;
  /** Only SKUs that contain this text, in any case. */
  readonly text: string | null;
}

/** A reservation with its times, for people. */
export interface ReservationRecord extends Reservation {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ReservationQuery {
  readonly limit: number;
  /** The last order id of the page before: pages go from the newest id to the oldest. */
  readonly before: string | null;
  readonly status: ReservationStatus | null;
}

export interface StockReads {
  /** Existing levels by SKU. */
  levels(query: LevelQuery): Promise<Page<StockLevel>>;
  /** The level of a SKU; null where it does not exist. */
  level(sku: string): Promise<StockLevel | null>;
  /** The ledger of a SKU, newest first, older than version `before`. */
  movements(query: { sku: string; limit: number; before: number | null }): Promise<Page<Movement>>;
  reservations(query: ReservationQuery): Promise<Page<ReservationRecord>>;
  reservation(orderId: string): Promise<ReservationRecord | null>;
}

/** Where a reader of changes has got to; what makes it safe stands in `shared/sql/transaction-horizon.ts`. */
export interface ChangeCursor {
  /** A transaction id, in digits. */
  readonly tx: string;
  /** A SKU. */
  readonly key: string;
}

export interface ChangesPage {
  readonly changes: readonly StockChange[];
  readonly cursor: ChangeCursor;
  readonly more: boolean;
  /** False while a change that was committed before this call may still lie behind the cursor: ask again soon. */
  readonly complete: boolean;
}

export interface StockChangeReads {
  /** Present states of what changed after the cursor (null: of everything), and a cursor for the next call. */
  changesAfter(cursor: ChangeCursor | null): Promise<ChangesPage>;
  /** The cursor of a reader who knows everything up to now. */
  currentCursor(): Promise<ChangeCursor>;
}

export interface LedgerReads {
  /** Counters and ledger of the next SKUs after this one, `limit` at most. */
  ledgerRows(after: string | null, limit: number): Promise<readonly LedgerRow[]>;
}

export interface LedgerRepairs {
  /**
   * Locks the level of a SKU, reads its row again, and makes what `plan` says of it so, in one transaction: the counters, and a
   * movement for every version. Answers the row as it was and the plan.
   */
  repair(
    sku: string,
    plan: (row: LedgerRow) => Repair,
  ): Promise<{ readonly row: LedgerRow; readonly repair: Repair }>;
}

/** Runs one command, together with those that arrive meanwhile. Rejects with the refusal. */
export type RunCommand = (command: ReservationCommand) => Promise<Reservation>;
