import type { ProductSnapshot, UserSnapshot } from "../../shared/contracts/events.ts";
import type { Money } from "../../shared/kernel/money.ts";
import type { DraftOrder, Order, OrderLine, OrderStatus, PaymentProviderName } from "../domain/order.ts";
import type { OrderProcess, Reaction, TimelineEntry } from "../domain/react.ts";
import type { SagaAnswer, SagaState } from "../domain/saga-state.ts";

/** What a repetition with the same `Idempotency-Key` gets again. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface IdempotentRequest {
  readonly principal: string;
  /** Method and path template. */
  readonly route: string;
  readonly key: string;
  readonly body: unknown;
}

export interface Placement {
  readonly draft: DraftOrder;
  /** In its first step, already asking. */
  readonly saga: SagaState;
  /** How long whoever places the order may work on it alone. */
  readonly leaseMs: number;
  readonly idempotency: IdempotentRequest | null;
}

export type PlaceOutcome =
  | { readonly kind: "placed"; readonly loaded: LoadedOrder }
  | { readonly kind: "replay"; readonly answer: StoredAnswer };

/** An order with its saga, and the id of the request that placed it. */
export interface LoadedOrder extends OrderProcess {
  readonly requestId: string;
}

/** What to store of a decision. */
export interface OrderChange {
  readonly reaction: Reaction;
  /** When the sweeper looks at the saga again; null where it is finished. */
  readonly dueInMs: number | null;
  /** Why an ask got no answer, for operators; null where one came, left out where that is not known yet. */
  readonly problem?: string | null;
  /** Its step has just been asked for so often that a person should look: others are told of it. */
  readonly gotStuck?: boolean;
  /** Kept for repetitions of the request that placed the order, unless there is an answer already. */
  readonly answer: StoredAnswer | null;
}

/** A decision about a locked order: what it becomes (null: nothing changes), and what the caller wants to know. */
export interface Decision<Result> {
  readonly change: OrderChange | null;
  readonly result: Result;
}

export interface OrderListFilter {
  readonly userId: string | null;
  readonly status: OrderStatus | null;
  /** Those that were archived, or those that were not. */
  readonly archived: boolean;
  /** The last id of the page before. */
  readonly beforeId: string | null;
  readonly limit: number;
}

/** A saga that nobody else takes for a while. */
export interface ClaimedSaga {
  readonly orderId: string;
  readonly saga: SagaState;
  readonly origin: PlacingRequest;
}

/** The request that placed an order: what is done for the order later on belongs to it. */
export interface PlacingRequest {
  readonly requestId: string;
  readonly traceparent?: string | undefined;
}

export interface OrderStore {
  /**
   * Stores a new order with its saga, its event and its idempotency record in one transaction. Fails with
   * `IDEMPOTENCY_MISMATCH`, and with `CONFLICT` while the first request with the key still runs.
   */
  place(placement: Placement): Promise<PlaceOutcome>;
  /** What the request was answered before, or null. Fails as `place` does. */
  findReplay(request: IdempotentRequest): Promise<StoredAnswer | null>;
  /**
   * Locks an order, has `decide` say what it becomes and stores that in one transaction. `decide` is pure, for it may
   * run again. Fails with `NOT_FOUND` and with whatever `decide` throws.
   */
  change<Result>(orderId: string, decide: (loaded: LoadedOrder) => Decision<Result>): Promise<Result>;
  find(orderId: string): Promise<Order | null>;
  /** Newest first. */
  list(filter: OrderListFilter): Promise<Order[]>;
  timeline(orderId: string): Promise<TimelineEntry[]>;
  /** Takes unfinished sagas whose time has come, so that nobody else does for `leaseMs`. Their state stays as it is. */
  claimDue(options: { readonly limit: number; readonly leaseMs: number }): Promise<ClaimedSaga[]>;
}

/** A product as orders need it. A deleted one is known, so that older news does not bring it back. */
export interface Product {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly status: ProductSnapshot["status"];
  readonly deleted: boolean;
}

export interface ProductKeys {
  readonly skus: readonly string[];
  readonly ids: readonly string[];
}

export interface ProductReplica {
  find(keys: ProductKeys): Promise<Product[]>;
  /** Takes what is newer than what is known. */
  save(products: readonly ProductSnapshot[]): Promise<void>;
}

export interface User {
  readonly id: string;
  readonly status: UserSnapshot["status"];
  readonly deleted: boolean;
}

export interface UserReplica {
  find(userId: string): Promise<User | null>;
  save(user: UserSnapshot): Promise<void>;
}

/** The catalog service. Fails with `UNAVAILABLE`. */
export interface Catalog {
  lookup(keys: ProductKeys): Promise<ProductSnapshot[]>;
}

/** The auth service. Fails with `UNAVAILABLE`; null where it knows no such user. */
export interface Users {
  read(userId: string): Promise<UserSnapshot | null>;
}

type Unfenced<Answer> = Answer extends unknown ? Omit<Answer, "version"> : never;
/** An answer before it is tied to the version of the saga that asked. */
export type UpstreamAnswer = Unfenced<SagaAnswer>;

/** The lines that an order wants to hold. */
export interface HoldRequest {
  readonly orderId: string;
  readonly lines: readonly Pick<OrderLine, "sku" | "quantity">[];
  /** How long to hold, in seconds; null: until released or fulfilled. */
  readonly ttlSeconds: number | null;
  /** Of two holds of one order the higher one is what counts, in whatever order they arrive. */
  readonly revision: number;
}

/** The inventory service. All calls are idempotent by order id; they fail with `UNAVAILABLE`. */
export interface Inventory {
  hold(request: HoldRequest, deadlineMs: number): Promise<UpstreamAnswer>;
  release(orderId: string, deadlineMs: number): Promise<UpstreamAnswer>;
  fulfil(orderId: string, deadlineMs: number): Promise<UpstreamAnswer>;
  /** Goods that had left come back into the stock. */
  takeBack(orderId: string, deadlineMs: number): Promise<UpstreamAnswer>;
}

export type PaymentDecision = "approved" | "declined";

/**
 * How an order is paid. Calls are idempotent by order id, are made outside of any transaction, and fail when there is
 * no answer within `deadlineMs`.
 */
export interface PaymentProvider {
  readonly name: PaymentProviderName;
  /** False where nobody has to be asked before the order is confirmed: it is paid later. */
  readonly asked: boolean;
  /** Sets the order's total aside. */
  authorise(order: Order, deadlineMs: number): Promise<PaymentDecision>;
  /** Takes an authorisation back, and forbids one that is still on its way. Without one it is done as well. */
  void(order: Order, deadlineMs: number): Promise<void>;
}

/** Every provider there is, also those that are not offered any more: orders may still be with them. */
export type PaymentProviders = Readonly<Record<PaymentProviderName, PaymentProvider>>;

/** How the outcome of placing an order is told to the client. */
export type PresentOutcome = (loaded: LoadedOrder) => StoredAnswer;

/** The little that use cases log. */
export interface ProblemLog {
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** News of an order: enough to show that it moved; the rest is read. */
export interface OrderNews {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly total: Money;
  readonly updatedAt: string;
}

/** Where a reader of changes has got to; what makes it safe stands in `shared/sql/transaction-horizon.ts`. */
export interface ChangeCursor {
  /** A transaction id, in digits. */
  readonly tx: string;
  /** An order's id. */
  readonly key: string;
}

export interface ChangesPage {
  readonly changes: readonly OrderNews[];
  readonly cursor: ChangeCursor;
  readonly more: boolean;
  /** False while a change that was committed before this call may still lie behind the cursor: ask again soon. */
  readonly complete: boolean;
}

export interface OrderChangeReads {
  /** Present states of the orders that got another version after the cursor, and a cursor for the next call. */
  changesAfter(cursor: ChangeCursor): Promise<ChangesPage>;
  /** The cursor of a reader who knows everything up to now. */
  currentCursor(): Promise<ChangeCursor>;
  /** The same for one reader who comes back: of this user's orders, or (null) of all. Null where that is too much to send. */
  missedBy(
    userId: string | null,
    after: ChangeCursor,
  ): Promise<Pick<ChangesPage, "changes" | "cursor"> | null>;
}
