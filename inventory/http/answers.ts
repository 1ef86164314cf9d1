import type { Movement } from "../domain/movement.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { ReservationRecord } from "../usecases/ports.ts";

const timeOrNull = (time: Date | null): string | null => time?.toISOString() ?? null;

const linesAnswer = ({ lines }: Reservation) => lines.map(({ sku, quantity }) => ({ sku, quantity }));

export const movementAnswer = (movement: Movement) => ({
  sku: movement.sku,
  version: movement.versionAfter,
  kind: movement.kind,
  onHandDelta: movement.onHandDelta,
  reservedDelta: movement.reservedDelta,
  onHandAfter: movement.onHandAfter,
  reservedAfter: movement.reservedAfter,
  reason: movement.reason,
  note: movement.note,
  actor: { kind: movement.actor.kind, id: movement.actor.id },
  orderId: movement.orderId,
  createdAt: movement.createdAt.toISOString(),
});

export const reservationAnswer = (reservation: ReservationRecord) => ({
  orderId: reservation.orderId,
  status: reservation.status,
  revision: reservation.revision,
  lines: linesAnswer(reservation),
  expiresAt: timeOrNull(reservation.expiresAt),
  createdAt: reservation.createdAt.toISOString(),
  updatedAt: reservation.updatedAt.toISOString(),
});

export const heldAnswer = (reservation: Reservation) => ({
  orderId: reservation.orderId,
  status: "held" as const,
  lines: linesAnswer(reservation),
  expiresAt: timeOrNull(reservation.expiresAt),
});

export const endedAnswer = ({ orderId, status }: Reservation) => ({ orderId, status });
