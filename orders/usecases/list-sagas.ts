import { z } from "zod";
import type { OrderStatus } from "../domain/order.ts";
import type { SagaStep } from "../domain/saga-state.ts";
import { SAGA_ALARM_ATTEMPTS } from "./advance-saga.ts";

/** Steps in which a saga waits for somebody's answer. In every other it is finished. */
export const waitingSteps = [
  "reserving",
  "paying",
  "securing",
  "changing",
  "fulfilling",
  "returning",
  "releasing",
  "voiding",
] as const satisfies readonly SagaStep[];
export type WaitingStep = (typeof waitingSteps)[number];

/** How a saga stands, for whoever looks after the shop. */
export interface SagaStanding {
  readonly orderId: string;
  readonly number: string;
  readonly orderStatus: OrderStatus;
  /** As it is stored. */
  readonly step: string;
  /** Of the saga: it rises with every ask and every answer. */
  readonly version: number;
  /** How often the present step has been asked for. */
  readonly attempts: number;
  /** When the sweeper takes it next; null where it is finished. */
  readonly nextAt: Date | null;
  readonly updatedAt: Date;
  /** When the order was placed. */
  readonly createdAt: Date;
  /** Why the last attempt got no answer. */
  readonly problem: string | null;
}

export interface SagaListFilter {
  readonly step: WaitingStep | null;
  /** Those alone that have been asked for so often, or more. */
  readonly minAttempts: number;
  /** The last order's id of the page before. */
  readonly afterId: string | null;
  readonly limit: number;
}

export interface SagaReads {
  /** Unfinished ones, those of the oldest orders first. */
  listUnfinished(filter: SagaListFilter): Promise<SagaStanding[]>;
  /** Finished or not; null where there is no such order. */
  find(orderId: string): Promise<SagaStanding | null>;
}

/** Where a page of sagas ended. */
export const sagaPositionSchema = z.object({ id: z.uuid() });

/** True when a person should look: the saga goes on trying, and nothing has come of it for long. */
export const isStuck = ({ attempts, nextAt }: Pick<SagaStanding, "attempts" | "nextAt">): boolean =>
  nextAt !== null && attempts >= SAGA_ALARM_ATTEMPTS;

export interface ListSagasInput {
  readonly step: WaitingStep | null;
  readonly stuck: boolean;
  readonly afterId: string | null;
  readonly limit: number;
}

/** Sagas that wait for an answer of another service, those of the oldest orders first. */
export const listSagas =
  ({ sagas }: { readonly sagas: Pick<SagaReads, "listUnfinished"> }) =>
  async ({
    step,
    stuck,
    afterId,
    limit,
  }: ListSagasInput): Promise<{ items: SagaStanding[]; nextAfterId: string | null }> => {
    const minAttempts = stuck ? SAGA_ALARM_ATTEMPTS : 0;
    const found = await sagas.listUnfinished({ step, minAttempts, afterId, limit: limit + 1 });
    const items = found.slice(0, limit);
    return { items, nextAfterId: found.length > limit ? (items.at(-1)?.orderId ?? null) : null };
  };
