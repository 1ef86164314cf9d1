import type { Line } from "../domain/allocate.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { RunCommand } from "./ports.ts";

export interface ReserveStockInput {
  readonly orderId: string;
  readonly lines: readonly Line[];
  /** How long to hold, in seconds; null: until released or fulfilled. */
  readonly ttlSeconds: number | null;
  /** From 1; undefined: the one that is stored, or the first. */
  readonly revision: number | undefined;
}

/**
 * Holds all lines of an order, or none. The same lines again answer the same (the life may be prolonged); others
 * replace them under a higher revision, all or none of the difference. Fails with `OUT_OF_STOCK` (every short SKU in
 * `shortages`), and with `CONFLICT` when other lines are held under this revision, when a higher one came before, or
 * when the reservation has ended, so that a late command takes no stock again.
 */
export const reserveStock =
  ({ run }: { readonly run: RunCommand }) =>
  (input: ReserveStockInput): Promise<Reservation> =>
    run({ kind: "reserve", ...input });
