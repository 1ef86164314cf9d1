import { KioskError } from "../../shared/kernel/errors.ts";
import { allocateOne, type Line, sumBySku } from "./allocate.ts";
import { type MovementKind, systemActor } from "./movement.ts";
import type { StockBook } from "./stock-book.ts";

export const reservationStatuses = ["held", "fulfilled", "released", "expired"] as const;
export type ReservationStatus = (typeof reservationStatuses)[number];

/** What is kept for one order. Once it has ended it stays ended: an order id is never held twice. */
export interface Reservation {
  readonly orderId: string;
  readonly status: ReservationStatus;
  /** Summed by SKU, in their order. None for an order that was released before it was ever held. */
  readonly lines: readonly Line[];
  /** Null: held until released or fulfilled. */
  readonly expiresAt: Date | null;
}

export type ReservationCommand =
  | {
      readonly kind: "reserve";
      readonly orderId: string;
      readonly lines: readonly Line[];
      /** How long to hold, in seconds; null: until released or fulfilled. */
      readonly ttlSeconds: number | null;
    }
  | { readonly kind: "release" | "fulfil"; readonly orderId: string };

/** What a command leads to: the reservation as it is now, or why not. */
export type Verdict = { readonly reservation: Reservation } | { readonly refusal: KioskError };

const refuse = (refusal: KioskError): Verdict => ({ refusal });

/** `status` is taken in problem details (RFC 9457), so the reservation's has a name of its own. */
const conflictWith = (message: string, status: ReservationStatus | null): Verdict =>
  refuse(new KioskError("CONFLICT", message, { extensions: { reservationStatus: status } }));

const sameLines = (a: readonly Line[], b: readonly Line[]): boolean =>
  a.length === b.length && a.every(({ sku, quantity }, i) => b[i]?.sku === sku && b[i].quantity === quantity);

const endOf = (now: Date, ttlSeconds: number | null): Date | null =>
  ttlSeconds === null ? null : new Date(now.getTime() + ttlSeconds * 1000);

/** A life is only ever prolonged; null is the longest. */
const laterOf = (a: Date | null, b: Date | null): Date | null => {
  if (a === null || b === null) return null;
  return a > b ? a : b;
};

type Reserve = Extract<ReservationCommand, { kind: "reserve" }>;

const reserve = (
  book: StockBook,
  existing: Reservation | undefined,
  { orderId, lines, ttlSeconds }: Reserve,
  now: Date,
): Verdict => {
  const wanted = sumBySku(lines);
  if (existing && existing.status !== "held")
    return conflictWith("The reservation of this order has ended: it cannot be held again.", existing.status);
  if (existing && !sameLines(existing.lines, wanted))
    return conflictWith("Other lines are held for this order: release it first.", existing.status);
  if (existing)
    return { reservation: { ...existing, expiresAt: laterOf(existing.expiresAt, endOf(now, ttlSeconds)) } };
  const allocation = allocateOne(book, { orderId, lines: wanted });
  if (allocation.kind === "held")
    return { reservation: { orderId, status: "held", lines: wanted, expiresAt: endOf(now, ttlSeconds) } };
  const { shortages } = allocation;
  return refuse(
    new KioskError("OUT_OF_STOCK", "There is not enough of everything: nothing was reserved.", {
      extensions: { shortages },
    }),
  );
};

/** Ends a hold: gives its units back, or takes them out of the shop when it is fulfilled. */
const end = (
  book: StockBook,
  held: Reservation,
  status: Exclude<ReservationStatus, "held">,
  kind: MovementKind,
): Reservation => {
  for (const { sku, quantity } of held.lines) {
    book.move({
      sku,
      reservedDelta: -quantity,
      ...(status === "fulfilled" ? { onHandDelta: -quantity } : {}),
      kind,
      actor: systemActor,
      reason: null,
      note: null,
      orderId: held.orderId,
    });
  }
  return { ...held, status };
};

/** A release that overtakes its reserve is remembered, so that the late reserve takes nothing. */
const release = (book: StockBook, existing: Reservation | undefined, orderId: string): Verdict => {
  if (!existing) return { reservation: { orderId, status: "released", lines: [], expiresAt: null } };
  if (existing.status === "fulfilled")
    return conflictWith("The goods of this order have left: they come back as a return.", existing.status);
  if (existing.status !== "held") return { reservation: existing };
  return { reservation: end(book, existing, "released", "release") };
};

const fulfil = (book: StockBook, existing: Reservation | undefined): Verdict => {
  if (existing?.status === "fulfilled") return { reservation: existing };
  if (existing?.status !== "held")
    return conflictWith("Nothing is held for this order.", existing?.status ?? null);
  return { reservation: end(book, existing, "fulfilled", "fulfilment") };
};

/**
 * Decides one command by what is known of its order, and moves the stock in the book. Repeating a command that was
 * done leads to the same reservation and moves nothing.
 */
export const decideReservation = (
  book: StockBook,
  existing: Reservation | undefined,
  command: ReservationCommand,
  now: Date,
): Verdict => {
  switch (command.kind) {
    case "reserve":
      return reserve(book, existing, command, now);
    case "release":
      return release(book, existing, command.orderId);
    case "fulfil":
      return fulfil(book, existing);
    default:
      return command satisfies never;
  }
};

/** Ends a hold whose time has passed by `now`; undefined when it has not, or when it has ended already. */
export const expire = (book: StockBook, reservation: Reservation, now: Date): Reservation | undefined => {
  const { status, expiresAt } = reservation;
  if (status !== "held" || expiresAt === null || expiresAt > now) return undefined;
  return end(book, reservation, "expired", "expiry");
};
