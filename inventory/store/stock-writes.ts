import { type SQL, sql } from "drizzle-orm";
import { traceIdOf } from "../../shared/kernel/trace-id.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { type ColumnOf, type Slots, statement } from "../../shared/sql/statement.ts";
import type { Line } from "../domain/allocate.ts";
import type { Movement } from "../domain/movement.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { StockChanges } from "../domain/stock-book.ts";
import type { StockLevel } from "../domain/stock-level.ts";
import type { ChangeScope } from "../usecases/ports.ts";
import { reservation, reservationLine, stockLevel, stockMovement } from "./schema.ts";

const saveLevels = (level: ColumnOf<StockLevel>): SQL => sql`
  update ${stockLevel} as level
  set on_hand = c.on_hand, reserved = c.reserved, version = c.version,
    low_stock_threshold = c.low_stock_threshold, told = c.told, deleted = not c.exists,
    changed_tx = pg_current_xact_id(), updated_at = c.updated_at
  from unnest(
    ${level("text", ({ sku }) => sku)},
    ${level("int", ({ onHand }) => onHand)},
    ${level("int", ({ reserved }) => reserved)},
    ${level("int", ({ version }) => version)},
    ${level("int", ({ lowStockThreshold }) => lowStockThreshold)},
    ${level("text", ({ told }) => told)},
    ${level("bool", ({ exists }) => exists)},
    ${level("timestamptz", ({ updatedAt }) => updatedAt)}
  ) as c(sku, on_hand, reserved, version, low_stock_threshold, told, exists, updated_at)
  where level.sku = c.sku`;

/** A movement and the trace of the request behind it. */
interface TracedMovement extends Movement {
  readonly traceId: string | null;
}

const saveMovements = (movement: ColumnOf<TracedMovement>): SQL => sql`
  insert into ${stockMovement} (sku, version_after, kind, on_hand_delta, reserved_delta, on_hand_after,
    reserved_after, reason, note, actor_kind, actor_id, order_id, trace_id, created_at)
  select * from unnest(
    ${movement("text", ({ sku }) => sku)},
    ${movement("int", ({ versionAfter }) => versionAfter)},
    ${movement("text", ({ kind }) => kind)},
    ${movement("int", ({ onHandDelta }) => onHandDelta)},
    ${movement("int", ({ reservedDelta }) => reservedDelta)},
    ${movement("int", ({ onHandAfter }) => onHandAfter)},
    ${movement("int", ({ reservedAfter }) => reservedAfter)},
    ${movement("text", ({ reason }) => reason)},
    ${movement("text", ({ note }) => note)},
    ${movement("text", ({ actor }) => actor.kind)},
    ${movement("text", ({ actor }) => actor.id)},
    ${movement("uuid", ({ orderId }) => orderId)},
    ${movement("text", ({ traceId }) => traceId)},
    ${movement("timestamptz", ({ createdAt }) => createdAt)}
  )`;

const saveReservations = (reserved: ColumnOf<Reservation>, value: Slots<Written>["value"]): SQL => sql`
  insert into ${reservation} as r (order_id, status, revision, expires_at, created_at, updated_at)
  select c.order_id, c.status, c.revision, c.expires_at, ${value(({ now }) => now)}::timestamptz,
    ${value(({ now }) => now)}::timestamptz
  from unnest(
    ${reserved("uuid", ({ orderId }) => orderId)},
    ${reserved("text", ({ status }) => status)},
    ${reserved("int", ({ revision }) => revision)},
    ${reserved("timestamptz", ({ expiresAt }) => expiresAt)}
  ) as c(order_id, status, revision, expires_at)
  on conflict (order_id) do update
  set status = excluded.status, revision = excluded.revision, expires_at = excluded.expires_at,
    updated_at = excluded.updated_at`;

interface OrderLine extends Line {
  readonly orderId: string;
}

const saveLines = (line: ColumnOf<OrderLine>): SQL => sql`
  insert into ${reservationLine} (order_id, sku, quantity)
  select * from unnest(
    ${line("uuid", ({ orderId }) => orderId)},
    ${line("text", ({ sku }) => sku)},
    ${line("int", ({ quantity }) => quantity)}
  )
  on conflict (order_id, sku) do update set quantity = excluded.quantity`;

const deleteLines = (line: ColumnOf<OrderLine>): SQL => sql`
  delete from ${reservationLine} as line
  using unnest(
    ${line("uuid", ({ orderId }) => orderId)},
    ${line("text", ({ sku }) => sku)}
  ) as gone(order_id, sku)
  where line.order_id = gone.order_id and line.sku = gone.sku`;

interface Written {
  readonly levels: readonly StockLevel[];
  readonly movements: readonly TracedMovement[];
  readonly reservations: readonly Reservation[];
  readonly saved: readonly OrderLine[];
  readonly gone: readonly OrderLine[];
  /** RFC 3339. */
  readonly now: string;
}

/** The parts of the statement do not see each other's effects, so no two of them touch the same row. */
const write = statement<Written>(
  ({ rows, value }) => sql`
    with saved_levels as (${saveLevels(rows("levels"))}),
      moved as (${saveMovements(rows("movements"))}),
      kept as (${saveReservations(rows("reservations"), value)}),
      lined as (${saveLines(rows("saved"))}),
      unlined as (${deleteLines(rows("gone"))})
    select`,
);

const linesOf = ({ orderId, lines }: Reservation): OrderLine[] => lines.map((line) => ({ orderId, ...line }));

/** The lines of one reservation that are new or have another quantity, and those that have vanished. */
const lineChanges = (before: Reservation | undefined, after: Reservation) => {
  if (before?.lines === after.lines) return { saved: [], gone: [] };
  const had = new Map(before?.lines.map(({ sku, quantity }) => [sku, quantity]));
  const has = new Set(after.lines.map(({ sku }) => sku));
  return {
    saved: linesOf(after).filter(({ sku, quantity }) => had.get(sku) !== quantity),
    gone: before ? linesOf(before).filter(({ sku }) => !has.has(sku)) : [],
  };
};

export interface Writes {
  readonly changes: StockChanges;
  /** New or changed. */
  readonly reservations: readonly Reservation[];
  /** Reservations as they are stored, by order id. */
  readonly before: ReadonlyMap<string, Reservation>;
  readonly now: Date;
  readonly traceOf: ChangeScope["traceOf"];
}

/** Writes whatever a decision has changed, in one statement however many orders it is about. */
export const saveWrites = async (tx: Tx, writes: Writes): Promise<void> => {
  const { changes, reservations, before, now, traceOf } = writes;
  const { levels } = changes;
  if (changes.movements.length === 0 && reservations.length === 0) return;
  const movements = changes.movements.map((movement) => ({
    ...movement,
    traceId: traceIdOf(traceOf(movement.orderId).traceparent),
  }));
  const lines = reservations.map((after) => lineChanges(before.get(after.orderId), after));
  const saved = lines.flatMap((change) => change.saved);
  const gone = lines.flatMap((change) => change.gone);
  await tx.execute(write({ levels, movements, reservations, saved, gone, now: now.toISOString() }));
};
