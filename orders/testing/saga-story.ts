import { spec } from "../../shared/testing/spec.ts";
import { orderSaga } from "../domain/saga.ts";
import type { LinesChange, Rejection, SagaAnswer, SagaInput, SagaOutput } from "../domain/saga-state.ts";

// What a saga hears and says, by short names, and how far orders have come with it.

export const saga = spec(orderSaga);
export const placed: SagaInput = { type: "placed", prepaid: false };
export const prepaid: SagaInput = { type: "placed", prepaid: true };
export const shortages = [{ sku: "MUG", requested: 2, available: 1 }];
export const cancel: SagaInput = { type: "cancel-requested" };
export const ship: SagaInput = { type: "ship-requested" };
export const goesBack: SagaInput = { type: "return-requested" };
export const due: SagaInput = { type: "due" };
export const change: LinesChange = {
  lines: [{ lineId: "l", quantity: 5 }],
  actor: { kind: "user", id: "u" },
};
export const wantsChange: SagaInput = { type: "change-requested", change };

type Plain = Exclude<SagaAnswer["type"], "stock-short">;
export const answer = (type: Plain, version: number): SagaInput => ({ type, version });
export const short = (version: number): SagaInput => ({ type: "stock-short", version, shortages });
export const rejectionOf = (reason: Rejection["reason"]): Rejection => ({ reason, shortages: [] });
export const outOfStock: Rejection = { reason: "out-of-stock", shortages };
export const rejects = (rejection: Rejection): SagaOutput => ({ kind: "reject-order", rejection });
export const records = (what: (SagaOutput & { kind: "record" })["what"]): SagaOutput => ({
  kind: "record",
  what,
});
export const asks = (
  kind: "secure-stock" | "release-stock" | "fulfil-stock" | "return-stock",
  version: number,
) => ({
  kind,
  version,
});
export const reserves = (version: number): SagaOutput => ({
  kind: "reserve-stock",
  version,
  ttlSeconds: null,
});

export const confirmed = [placed, answer("stock-held", 1)];
export const paying = [prepaid, answer("stock-held", 1)];
export const securing = [...paying, answer("payment-approved", 2)];
export const paid = [...securing, answer("stock-held", 3)];
export const shipped = [...confirmed, ship, answer("stock-fulfilled", 3)];
