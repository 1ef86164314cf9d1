import { expire } from "../domain/reservation.ts";
import type { StockStore, Trace } from "./ports.ts";

/** Holds that one transaction ends, at most. */
const EXPIRY_BATCH_MAX = 100;

export interface ExpireReservationsDeps {
  readonly stock: StockStore;
  /** The trace of the sweep: a hold that expires is no request's doing. */
  readonly trace?: () => Trace;
}

/**
 * Ends the holds whose time has passed by the database's clock, and answers how many. Any instance may run it at any
 * time, several at once too: each hold is ended once, and never early.
 */
export const expireReservations = ({ stock, trace = () => ({}) }: ExpireReservationsDeps) => {
  const expireBatch = () =>
    stock.changeDue(
      EXPIRY_BATCH_MAX,
      ({ book, reservations, now }) => ({
        reservations: [...reservations.values()].flatMap(
          (reservation) => expire(book, reservation, now) ?? [],
        ),
      }),
      trace(),
    );

  return async (): Promise<number> => {
    let expired = 0;
    for (let batch = EXPIRY_BATCH_MAX; batch === EXPIRY_BATCH_MAX; ) {
      batch = await expireBatch();
      expired += batch;
    }
    return expired;
  };
};
