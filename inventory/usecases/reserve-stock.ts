import type { Line } from "../domain/allocate.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { RunCommand } from "./ports.ts";

export interface ReserveStockInput {
  readonly orderId: string;
  readonly lines: readonly Line[];
  /** How long to hold, in seconds; null: until released or fulfilled. */
  readonly ttlSeconds: number | null;
}

/**
 * Holds all lines of an order, or none. The same lines again answer the same (the life may be prolonged). Fails with
 * `OUT_OF_STOCK` (every short SKU in `shortages`), and with `CONFLICT` when other lines are held for the order or its
 * reservation has ended, so that a late command takes no stock again.
 */
export const reserveStock =
  ({ run }: { readonly run: RunCommand }) =>
  (input: ReserveStockInput): Promise<Reservation> =>
    run({ kind: "reserve", ...input });
