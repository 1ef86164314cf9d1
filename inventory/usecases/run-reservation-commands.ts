import { refused, type Settled, settled } from "../../shared/kernel/settled.ts";
import { decideReservation, type Reservation, type ReservationCommand } from "../domain/reservation.ts";
import type { StockDecision, StockState, StockStore, Trace } from "./ports.ts";

/** A command with the request that it came by. */
export interface TracedCommand {
  readonly command: ReservationCommand;
  readonly trace: Trace;
}

/** The reservation after the command, or why it was refused (a `KioskError`). */
export type CommandOutcome = Settled<Reservation>;

const skusOf = (command: ReservationCommand): string[] =>
  command.kind === "reserve" ? command.lines.map((line) => line.sku) : [];

/** Decides one after the other: each sees what those before it have done. */
const decideAll = (
  { book, reservations, now }: StockState,
  commands: readonly ReservationCommand[],
): StockDecision<CommandOutcome[]> => {
  const present = new Map(reservations);
  const changed = new Map<string, Reservation>();
  const result = commands.map((command): CommandOutcome => {
    const before = present.get(command.orderId);
    const { reservation, refusal } = decideReservation(book, before, command, now);
    if (reservation !== undefined && reservation !== before) {
      present.set(command.orderId, reservation);
      changed.set(command.orderId, reservation);
    }
    return refusal === undefined ? settled(reservation) : refused(refusal);
  });
  return { result, reservations: [...changed.values()] };
};

/**
 * Runs reserve, release, fulfil and return commands of any number of orders in one transaction, in their order. One
 * that is refused moves nothing and leaves the others alone. Refusals: `OUT_OF_STOCK` with `shortages`; `CONFLICT` with
 * `reservationStatus` where the order's reservation does not allow it.
 */
export const runReservationCommands =
  ({ stock }: { readonly stock: StockStore }) =>
  (items: readonly TracedCommand[]): Promise<CommandOutcome[]> => {
    const commands = items.map((item) => item.command);
    const traces = new Map(items.map(({ command, trace }) => [command.orderId, trace]));
    const scope = {
      skus: commands.flatMap(skusOf),
      orderIds: commands.map((command) => command.orderId),
      returning: commands.flatMap((command) => (command.kind === "return" ? [command.orderId] : [])),
      traceOf: (orderId: string | null) => traces.get(orderId ?? "") ?? {},
    };
    return stock.change(scope, (state) => decideAll(state, commands));
  };
