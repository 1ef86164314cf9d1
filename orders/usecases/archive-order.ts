import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion } from "../../shared/kernel/errors.ts";
import { archive } from "../domain/archive.ts";
import type { Decision, LoadedOrder, OrderStore } from "./ports.ts";
import { actorOf, assertMayRead, type Caller } from "./read-orders.ts";

export interface ArchiveOrderDeps {
  readonly orders: Pick<OrderStore, "change">;
  readonly clock: Clock;
}

export interface ArchiveOrderInput {
  readonly orderId: string;
  /** The version that the caller has seen; null where that does not matter. */
  readonly expectedVersion: number | null;
}

const NOTHING: Decision<void> = { change: null, result: undefined };

/**
 * Puts a finished order away: lists leave it out, and nothing changes it any more. Archiving it again changes nothing.
 * Fails with `NOT_FOUND`, `CONFLICT` (not finished) and `VERSION_MISMATCH`.
 */
export const archiveOrder =
  ({ orders, clock }: ArchiveOrderDeps) =>
  (caller: Caller, { orderId, expectedVersion }: ArchiveOrderInput): Promise<void> =>
    orders.change(orderId, (loaded: LoadedOrder): Decision<void> => {
      const { order } = loaded;
      assertMayRead(caller, order);
      assertVersion(expectedVersion, order.version);
      if (order.archivedAt !== null) return NOTHING;
      const reaction = archive(loaded, { actor: actorOf(caller), at: clock.now() });
      return { change: { reaction, dueInMs: null, answer: null }, result: undefined };
    });
