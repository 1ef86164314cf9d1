import { KioskError } from "../../shared/kernel/errors.ts";
import { allocateOne, type Line, type Shortage, sumBySku } from "./allocate.ts";
import { type MovementKind, systemActor } from "./movement.ts";
import type { StockBook } from "./stock-book.ts";
import { UNITS_MAX } from "./stock-level.ts";

export const reservationStatuses = ["held", "fulfilled", "released", "expired", "returned"] as const;
export type ReservationStatus = (typeof reservationStatuses)[number];

/** What is kept for one order. Once it has ended it stays ended: an order id is never held twice. */
export interface Reservation {
  readonly orderId: string;
  readonly status: ReservationStatus;
  /** Fences the lines: only a command of a higher revision may replace them, and one of a lower changes nothing. */
  readonly revision: number;
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
      /** From 1; left out: the one that is stored, or the first. */
      readonly revision?: number | undefined;
    }
  | { readonly kind: "release" | "fulfil" | "return"; readonly orderId: string };

/** What a command leads to: the reservation as it is now, or why not; a refusal may leave a changed one behind too. */
export type Verdict =
  | { readonly reservation: Reservation; readonly refusal?: undefined }
  | { readonly refusal: KioskError; readonly reservation?: Reservation };

/** `status` is taken in problem details (RFC 9457), so the reservation's has a name of its own. */
const conflictWith = (message: string, status: ReservationStatus | null): Verdict => ({
  refusal: new KioskError("CONFLICT", message, { extensions: { reservationStatus: status } }),
});

const outOfStock = (message: string, shortages: readonly Shortage[]): KioskError =>
  new KioskError("OUT_OF_STOCK", message, { extensions: { shortages } });

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

const open = (book: StockBook, { orderId, lines, ttlSeconds, revision = 1 }: Reserve, now: Date): Verdict => {
  const wanted = sumBySku(lines);
  const allocation = allocateOne(book, { orderId, lines: wanted });
  if (allocation.kind === "short") {
    const message = "There is not enough of everything: nothing was reserved.";
    return { refusal: outOfStock(message, allocation.shortages) };
  }
  const expiresAt = endOf(now, ttlSeconds);
  return { reservation: { orderId, status: "held", revision, lines: wanted, expiresAt } };
};

/**
 * A call of a higher revision replaces the lines or, where stock is short, leaves them; its revision stays in both
 * cases, so that an earlier call that is still on its way changes nothing any more.
 */
const change = (
  book: StockBook,
  held: Reservation,
  { orderId, lines, ttlSeconds, revision = held.revision }: Reserve,
  now: Date,
): Verdict => {
  if (revision < held.revision)
    return conflictWith("A call of a higher revision came before: this one changes nothing.", held.status);
  const wanted = sumBySku(lines);
  const expiresAt = laterOf(held.expiresAt, endOf(now, ttlSeconds));
  if (sameLines(held.lines, wanted)) return { reservation: { ...held, revision, expiresAt } };
  if (revision === held.revision)
    return conflictWith(
      "Other lines are held for this order: replace them under a higher revision, or release it first.",
      held.status,
    );
  const allocation = allocateOne(book, { orderId, lines: wanted, held: held.lines });
  if (allocation.kind === "held") return { reservation: { ...held, revision, lines: wanted, expiresAt } };
  const message = "There is not enough of everything: what is held stays as it was.";
  return { refusal: outOfStock(message, allocation.shortages), reservation: { ...held, revision } };
};

const reserve = (
  book: StockBook,
  existing: Reservation | undefined,
  command: Reserve,
  now: Date,
): Verdict => {
  if (existing === undefined) return open(book, command, now);
  if (existing.status !== "held")
    return conflictWith("The reservation of this order has ended: it cannot be held again.", existing.status);
  return change(book, existing, command, now);
};

/** Ends a hold: gives its units back, or takes them out of the shop when it is fulfilled. */
const end = (
  book: StockBook,
  held: Reservation,
  status: Exclude<ReservationStatus, "held" | "returned">,
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
  if (!existing)
    return { reservation: { orderId, status: "released", revision: 1, lines: [], expiresAt: null } };
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

/** Puts fulfilled goods back on hand. A level that was deleted meanwhile comes back to life with them. */
const putBack = (book: StockBook, existing: Reservation | undefined): Verdict => {
  if (existing?.status === "returned") return { reservation: existing };
  if (existing?.status !== "fulfilled")
    return conflictWith(
      "The goods of this order have not left: none can come back.",
      existing?.status ?? null,
    );
  const tooMany = existing.lines.some(
    ({ sku, quantity }) => (book.level(sku)?.onHand ?? 0) + quantity > UNITS_MAX,
  );
  if (tooMany) return conflictWith(`No more than ${UNITS_MAX} units can be on hand.`, existing.status);
  for (const { sku, quantity } of existing.lines) {
    book.move({
      sku,
      onHandDelta: quantity,
      exists: true,
      kind: "return",
      actor: systemActor,
      reason: null,
      note: null,
      orderId: existing.orderId,
    });
  }
  return { reservation: { ...existing, status: "returned" } };
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
    case "return":
      return putBack(book, existing);
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
