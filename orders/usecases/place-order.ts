import type { Clock } from "../../shared/kernel/clock.ts";
import { type Address, type DraftOrder, draftOrder, type Payment } from "../domain/order.ts";
import { orderSaga } from "../domain/saga.ts";
import { askOf, initialSaga, type SagaState } from "../domain/saga-state.ts";
import type { AdmitBuyer } from "./admit-buyer.ts";
import { type AdvanceSaga, SAGA_DEADLINE_MS, SAGA_LEASE_MS } from "./advance-saga.ts";
import { choosePayment, type PaymentOffer } from "./choose-payment.ts";
import type {
  IdempotentRequest,
  LoadedOrder,
  OrderStore,
  PaymentProviders,
  Placement,
  PresentOutcome,
  StoredAnswer,
} from "./ports.ts";
import type { PriceLines, RequestedLine } from "./price-lines.ts";

export interface PlaceOrderDeps {
  readonly orders: OrderStore;
  readonly admitBuyer: AdmitBuyer;
  readonly priceLines: PriceLines;
  readonly advance: AdvanceSaga;
  readonly present: PresentOutcome;
  readonly clock: Clock;
  readonly newId: () => string;
  /** ISO 4217: an order is in the shop's currency. */
  readonly currency: string;
  readonly payments: PaymentProviders;
  readonly offer: PaymentOffer;
  /** Fails with `UNAVAILABLE` while too much news of earlier orders waits to go out. */
  readonly assertRoom: () => void;
}

export interface PlaceOrderInput {
  readonly userId: string;
  readonly lines: readonly RequestedLine[];
  readonly note: string | null;
  readonly address: Address | null;
  /** Null where the buyer leaves it to the shop. */
  readonly payment: Payment | null;
  readonly idempotency: IdempotentRequest | null;
}

export interface PlacedOrder {
  readonly answer: StoredAnswer;
  readonly replayed: boolean;
}

const draft = async (deps: PlaceOrderDeps, input: PlaceOrderInput): Promise<DraftOrder> => {
  deps.assertRoom();
  const { userId, note, address } = input;
  const payment = choosePayment(deps.offer, input.payment);
  const [lines] = await Promise.all([deps.priceLines(input.lines), deps.admitBuyer(userId)]);
  const { currency, newId, clock } = deps;
  return draftOrder({ id: newId(), userId, currency, lines, note, address, payment, at: clock.now() });
};

const begun = ({ payments }: PlaceOrderDeps, { payment }: DraftOrder): SagaState =>
  orderSaga.evolve(initialSaga, { type: "placed", prepaid: payments[payment.provider].asked });

const placementOf = (
  deps: PlaceOrderDeps,
  draft: DraftOrder,
  idempotency: IdempotentRequest | null,
): Placement => ({
  draft,
  saga: begun(deps, draft),
  leaseMs: SAGA_LEASE_MS,
  idempotency,
});

/** What was answered to this key before also holds when the order could not be placed now. */
const replayInstead = async (
  { orders }: PlaceOrderDeps,
  { idempotency }: PlaceOrderInput,
  error: unknown,
): Promise<PlacedOrder> => {
  const answer = idempotency === null ? null : await orders.findReplay(idempotency);
  if (answer === null) throw error;
  return { answer, replayed: true };
};

/**
 * Works on the saga of an order that is stored. When the database fails meanwhile, a client with a key is told to
 * repeat; one without would order twice, so it is told that the order is open, which it is: the sweeper goes on.
 */
const pursue = async (
  { advance, present }: PlaceOrderDeps,
  { idempotency }: PlaceOrderInput,
  loaded: LoadedOrder,
): Promise<StoredAnswer> => {
  const ask = askOf(loaded.saga);
  if (ask === null) throw new Error("a new order asks for its stock");
  const { order } = loaded;
  try {
    return (await advance({ order, ask, deadlineMs: SAGA_DEADLINE_MS, awaited: true })).answer;
  } catch (error) {
    if (idempotency !== null) throw error;
    return present(loaded);
  }
};

/**
 * Places an order: stores it as pending, asks for its stock and payment, and answers what came of it. Fails with
 * `VALIDATION` (lines, payment), `FORBIDDEN` (buyer), `IDEMPOTENCY_MISMATCH`, `CONFLICT` (same key still running) and
 * `UNAVAILABLE`. An order that cannot be had is no failure here: its answer says so, and repetitions get the same.
 */
export const placeOrder =
  (deps: PlaceOrderDeps) =>
  async (input: PlaceOrderInput): Promise<PlacedOrder> => {
    let drafted: DraftOrder;
    try {
      drafted = await draft(deps, input);
    } catch (error) {
      return await replayInstead(deps, input, error);
    }
    const outcome = await deps.orders.place(placementOf(deps, drafted, input.idempotency));
    if (outcome.kind === "replay") return { answer: outcome.answer, replayed: true };
    const answer = await pursue(deps, input, outcome.loaded);
    return { answer, replayed: false };
  };
