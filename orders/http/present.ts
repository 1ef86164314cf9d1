import { may } from "../../shared/contracts/permissions.ts";
import { type ErrorCode, KioskError } from "../../shared/kernel/errors.ts";
import { mayBeClaimed } from "../domain/claim.ts";
import { lineTotal, type Order } from "../domain/order.ts";
import { rejectionText, type TimelineEntry } from "../domain/react.ts";
import type { Rejection } from "../domain/saga-state.ts";
import { nextStatuses } from "../domain/status.ts";
import type { PresentOutcome, StoredAnswer } from "../usecases/ports.ts";
import type { Caller, OrderForCard } from "../usecases/read-orders.ts";

export const orderBody = (order: Order) => ({
  id: order.id,
  number: order.number,
  userId: order.userId,
  status: order.status,
  version: order.version,
  lines: order.lines.map((line) => ({
    id: line.id,
    sku: line.sku,
    productId: line.productId,
    name: line.name,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    lineTotal: lineTotal(line),
  })),
  total: order.total,
  note: order.note,
  address: order.address,
  payment: order.payment,
  archivedAt: order.archivedAt?.toISOString() ?? null,
  createdAt: order.createdAt.toISOString(),
  updatedAt: order.updatedAt.toISOString(),
});
export type OrderBody = ReturnType<typeof orderBody>;

/** The order as the shop's people see it: with where they may bring it, and who of them looks after it. */
export const staffOrderBody = (order: Order) => ({
  ...orderBody(order),
  nextStatuses: order.archivedAt === null ? nextStatuses(order.status, "staff") : [],
  claim: order.claim === null ? null : { by: order.claim.by, at: order.claim.at.toISOString() },
  claimable: order.claim === null && mayBeClaimed(order),
});

/** The order as this caller sees it. */
export const orderBodyFor = (caller: Caller, order: Order): OrderBody =>
  may(caller.role, "orders.write-all") ? staffOrderBody(order) : orderBody(order);

/** What a card of the shop's people shows. */
export const orderCardBody = ({ order, reason }: OrderForCard) => ({ ...staffOrderBody(order), reason });

export const timelineBody = (entries: readonly TimelineEntry[]) => ({
  items: entries.map(({ at, actor, what, cause }) => ({
    at: at.toISOString(),
    actor: { kind: actor.kind, id: actor.id },
    what,
    cause,
  })),
});

/** A failure as it is kept for repetitions: with the request id of the first, so that the same body comes again. */
interface StoredProblem {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

/** The lines that could not be had, with what there was of their SKU. */
const shortLines = ({ lines }: Order, { shortages }: Rejection) => {
  const available = new Map(shortages.map((shortage) => [shortage.sku, shortage.available]));
  return lines.flatMap(({ sku, productId, name, quantity }, index) => {
    const left = available.get(sku);
    return left === undefined ? [] : [{ index, sku, productId, name, quantity, available: left }];
  });
};

const rejectedProblem = (order: Order, rejection: Rejection, requestId: string): StoredProblem => {
  const orderId = order.id;
  if (rejection.reason !== "out-of-stock") {
    return {
      code: "CONFLICT",
      detail: `The order was rejected. ${rejectionText(rejection)}.`,
      extensions: { orderId },
      requestId,
    };
  }
  const { shortages } = rejection;
  return {
    code: "OUT_OF_STOCK",
    detail: "There is not enough of some products: order fewer, or come back later.",
    extensions: { orderId, shortages, lines: shortLines(order, rejection) },
    requestId,
  };
};

/** 201 for an order that has been accepted, 202 for one that is still open (or was cancelled before), 409 for a rejected one. */
export const presentOutcome: PresentOutcome = ({ order, saga, requestId }): StoredAnswer => {
  const rejection = "rejection" in saga ? saga.rejection : null;
  if (order.status === "rejected" && rejection !== null)
    return { status: 409, body: rejectedProblem(order, rejection, requestId) };
  const open = order.status === "pending" || order.status === "cancelled";
  return { status: open ? 202 : 201, body: orderBody(order) };
};

export interface RejectedAnswer {
  readonly error: KioskError;
  readonly requestId: string;
}

/** The failure of an answer that `presentOutcome` made; null where it is an order. */
export const rejectedAnswer = ({ status, body }: StoredAnswer): RejectedAnswer | null => {
  if (status !== 409) return null;
  const { code, detail, extensions, requestId } = body as StoredProblem;
  return { error: new KioskError(code, detail, { extensions }), requestId };
};
