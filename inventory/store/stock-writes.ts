import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../../shared/ports/database.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { StockChanges } from "../domain/stock-book.ts";
import { reservation, reservationLine, stockLevel, stockMovement } from "./schema.ts";

/** One column of rows as an array parameter, for `unnest`. */
const column = <Row>(rows: readonly Row[], type: string, pick: (row: Row) => unknown): SQL =>
  sql`${sql.param(rows.map(pick))}::${sql.raw(type)}[]`;

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
  insert into ${reservation} as r (order_id, status, expires_at, created_at, updated_at)
  select c.order_id, c.status, c.expires_at, ${now}::timestamptz, ${now}::timestamptz
  from unnest(
    ${column(reservations, "uuid", ({ orderId }) => orderId)},
    ${column(reservations, "text", ({ status }) => status)},
    ${column(reservations, "timestamptz", ({ expiresAt }) => expiresAt)}
  ) as c(order_id, status, expires_at)
  on conflict (order_id) do update
  set status = excluded.status, expires_at = excluded.expires_at, updated_at = excluded.updated_at`;

/** Lines never change: those of a reservation that was there before are left as they are. */
const saveLines = (opened: readonly Reservation[]): SQL => {
  const lines = opened.flatMap(({ orderId, lines }) => lines.map((line) => ({ orderId, ...line })));
  return sql`
    insert into ${reservationLine} (order_id, sku, quantity)
    select * from unnest(
      ${column(lines, "uuid", ({ orderId }) => orderId)},
      ${column(lines, "text", ({ sku }) => sku)},
      ${column(lines, "int", ({ quantity }) => quantity)}
    )`;
};

export interface Writes {
  readonly changes: StockChanges;
  /** New or changed. */
  readonly reservations: readonly Reservation[];
  /** Those of them that had no row before. */
  readonly opened: readonly Reservation[];
  readonly now: Date;
}

/** Writes whatever a decision has changed, in one statement however many orders it is about. */
export const saveWrites = async (tx: Tx, { changes, reservations, opened, now }: Writes): Promise<void> => {
  const parts: SQL[] = [];
  if (changes.movements.length > 0)
    parts.push(sql`saved_levels as (${saveLevels(changes)})`, sql`moved as (${saveMovements(changes)})`);
  if (reservations.length > 0) parts.push(sql`kept as (${saveReservations(reservations, now)})`);
  if (opened.some(({ lines }) => lines.length > 0)) parts.push(sql`lined as (${saveLines(opened)})`);
  if (parts.length > 0) await tx.execute(sql`with ${sql.join(parts, sql`, `)} select`);
};
