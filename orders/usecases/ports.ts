import type { ProductSnapshot, UserSnapshot } from "../../shared/contracts/events.ts";
import type { Money } from "../../shared/kernel/money.ts";
import type { DraftOrder, Order, OrderStatus } from "../domain/order.ts";
import type { OrderProcess, PaymentDecision, Reaction, TimelineEntry } from "../domain/react.ts";
import type { SagaAnswer, SagaState } from "../domain/saga.ts";

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
  /** The last id of the page before. */
  readonly beforeId: string | null;
  readonly limit: number;
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
  /**
   * Takes unfinished sagas whose time has come, so that nobody else does for `leaseMs`. `claim` gives the state of
   * the claimed saga.
   */
  claimDue(options: {
    readonly limit: number;
    readonly leaseMs: number;
    readonly claim: (saga: SagaState) => SagaState;
  }): Promise<LoadedOrder[]>;
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

/** The inventory service. All calls are idempotent by order id; they fail with `UNAVAILABLE`. */
export interface Inventory {
  reserve(order: Order, deadlineMs: number): Promise<UpstreamAnswer>;
  release(order: Order, deadlineMs: number): Promise<UpstreamAnswer>;
  fulfil(order: Order, deadlineMs: number): Promise<UpstreamAnswer>;
}

/** How an order is paid. `authorise` is idempotent by order id and is asked outside of any transaction. */
export interface PaymentProvider {
  readonly name: string;
  /** The decision where nobody has to be asked; null where `authorise` must be. */
  readonly atOnce: PaymentDecision | null;
  authorise(order: Order, deadlineMs: number): Promise<PaymentDecision>;
}

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

export interface OrderFeedListener {
  onNews(news: OrderNews): void;
  /** News may have been missed: read again. */
  onResync(): void;
  /** There will be no more: the service stops. */
  onEnd(): void;
}

/** News of all orders, of all instances. */
export interface OrderFeed {
  /** Answers how to stop listening. */
  subscribe(listener: OrderFeedListener): () => void;
}
