import type { Reservation } from "../domain/reservation.ts";
import type { RunCommand } from "./ports.ts";

/**
 * Gives back what is held for an order. Releasing twice, or what has expired, changes nothing; releasing what never was
 * is remembered, so that a late reserve is refused. Fails with `CONFLICT` when the goods have left.
 */
export const releaseReservation =
  ({ run }: { readonly run: RunCommand }) =>
  (orderId: string): Promise<Reservation> =>
    run({ kind: "release", orderId });

/** Takes what is held for an order out of stock: the goods leave. Twice is as once. Fails with `CONFLICT` when nothing is held. */
export const fulfilReservation =
  ({ run }: { readonly run: RunCommand }) =>
  (orderId: string): Promise<Reservation> =>
    run({ kind: "fulfil", orderId });

/**
 * Puts the goods of a fulfilled order back into stock. Twice is as once. Fails with `CONFLICT` when they have not left,
 * or when more would be on hand than can be.
 */
export const returnReservation =
  ({ run }: { readonly run: RunCommand }) =>
  (orderId: string): Promise<Reservation> =>
    run({ kind: "return", orderId });
