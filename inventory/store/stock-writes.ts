import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Line } from "../domain/allocate.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { StockChanges } from "../domain/stock-book.ts";
import { reservation, reservationLine, stockLevel, stockMovement } from "./schema.ts";

const saveLevels = ({ levels }: StockChanges): SQL => sql`
  update ${stockLevel} as level
  set on_hand = c.on_hand, reserved = c.reserved, version = c.version,
    low_stock_threshold = c.low_stock_threshold, deleted = not c.exists,
    changed_tx = pg_current_xact_id(), updated_at = c.updated_at
  from unnest(
    ${column(levels, "text", (level) => level.sku)},
    ${column(levels, "int", (level) => level.onHand)},
    ${column(levels, "int", (level) => level.reserved)},
    ${column(levels, "int", (level) => level.version)},
    ${column(levels, "int", (level) => level.lowStockThreshold)},
    ${column(levels, "bool", (level) => level.exists)},
    ${column(levels, "timestamptz", (level) => level.updatedAt)}
  ) as c(sku, on_hand, reserved, version, low_stock_threshold, exists, updated_at)
  where level.sku = c.sku`;

const saveMovements = ({ movements }: StockChanges): SQL => sql`
  insert into ${stockMovement} (sku, version_after, kind, on_hand_delta, reserved_delta, on_hand_after,
    reserved_after, reason, note, actor_kind, actor_id, order_id, created_at)
  select * from unnest(
    ${column(movements, "text", (movement) => movement.sku)},
    ${column(movements, "int", (movement) => movement.versionAfter)},
    ${column(movements, "text", (movement) => movement.kind)},
    ${column(movements, "int", (movement) => movement.onHandDelta)},
    ${column(movements, "int", (movement) => movement.reservedDelta)},
    ${column(movements, "int", (movement) => movement.onHandAfter)},
    ${column(movements, "int", (movement) => movement.reservedAfter)},
    ${column(movements, "text", (movement) => movement.reason)},
    ${column(movements, "text", (movement) => movement.note)},
    ${column(movements, "text", (movement) => movement.actor.kind)},
    ${column(movements, "text", (movement) => movement.actor.id)},
    ${column(movements, "uuid", (movement) => movement.orderId)},
    ${column(movements, "timestamptz", (movement) => movement.createdAt)}
  )`;

const saveReservations = (reservations: readonly Reservation[], now: Date): SQL => sql`
  insert into ${reservation} as r (order_id, status, revision, expires_at, created_at, updated_at)
  select c.order_id, c.status, c.revision, c.expires_at, ${now}::timestamptz, ${now}::timestamptz
  from unnest(
    ${column(reservations, "uuid", ({ orderId }) => orderId)},
    ${column(reservations, "text", ({ status }) => status)},
    ${column(reservations, "int", ({ revision }) => revision)},
    ${column(reservations, "timestamptz", ({ expiresAt }) => expiresAt)}
  ) as c(order_id, status, revision, expires_at)
  on conflict (order_id) do update
  set status = excluded.status, revision = excluded.revision, expires_at = excluded.expires_at,
    updated_at = excluded.updated_at`;

interface OrderLine extends Line {
  readonly orderId: string;
}

const saveLines = (lines: readonly OrderLine[]): SQL => sql`
  insert into ${reservationLine} (order_id, sku, quantity)
  select * from unnest(
    ${column(lines, "uuid", ({ orderId }) => orderId)},
    ${column(lines, "text", ({ sku }) => sku)},
    ${column(lines, "int", ({ quantity }) => quantity)}
  )
  on conflict (order_id, sku) do update set quantity = excluded.quantity`;

const deleteLines = (lines: readonly OrderLine[]): SQL => sql`
  delete from ${reservationLine} as line
  using unnest(
    ${column(lines, "uuid", ({ orderId }) => orderId)},
    ${column(lines, "text", ({ sku }) => sku)}
  ) as gone(order_id, sku)
  where line.order_id = gone.order_id and line.sku = gone.sku`;

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
}

/**
 * Writes whatever a decision has changed, in one statement however many orders it is about. The parts of the statement
 * do not see each other's effects, so no two of them touch the same row.
 */
export const saveWrites = async (tx: Tx, { changes, reservations, before, now }: Writes): Promise<void> => {
  const lines = reservations.map((after) => lineChanges(before.get(after.orderId), after));
  const saved = lines.flatMap((change) => change.saved);
  const gone = lines.flatMap((change) => change.gone);
  const parts: SQL[] = [];
  if (changes.movements.length > 0)
    parts.push(sql`saved_levels as (${saveLevels(changes)})`, sql`moved as (${saveMovements(changes)})`);
  if (reservations.length > 0) parts.push(sql`kept as (${saveReservations(reservations, now)})`);
  if (saved.length > 0) parts.push(sql`lined as (${saveLines(saved)})`);
  if (gone.length > 0) parts.push(sql`unlined as (${deleteLines(gone)})`);
  if (parts.length > 0) await tx.execute(sql`with ${sql.join(parts, sql`, `)} select`);
};
