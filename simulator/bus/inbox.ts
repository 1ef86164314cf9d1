import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import { readEvent } from "../../shared/contracts/events.ts";
import { createSubjectLanes } from "../../shared/drivers/subject-lanes.ts";
import {
  type EventHandlers,
  type Handling,
  handlingOf,
  runHandler,
} from "../../shared/outbox/event-handler.ts";
import { isAway } from "../../shared/outbox/failure.ts";
import type { Tx } from "../../shared/ports/database.ts";
import type { MemoryDatabase, MemoryTx } from "../stores/memory-database.ts";
import type { Life } from "../world/life.ts";
import type { Write } from "../world/parts.ts";
import type { World } from "../world/world.ts";
import type { Handle } from "./broker.ts";

/** Those of `shared/outbox/inbox.ts`. */
const RETRY_DELAYS_MS = [50, 250, 1_000, 5_000] as const;

/** The transaction in which an event is handled, for the in-memory half of its handler. */
export interface HandlingTx extends MemoryTx {
  /** The effect: seen when the transaction commits. */
  effect(write: Write): void;
}

/** A handler's first half, which is real, hands the transaction on to its second, which is a store's. */
export const handlingTx = (tx: Tx): HandlingTx => tx as unknown as HandlingTx;

/** What one queue has handled. */
export interface Inbox {
  /** How often each event has had its effect. */
  readonly effects: ReadonlyMap<string, number>;
  readonly parked: readonly EventEnvelope[];
  handlerOf(life: Life, handlers: EventHandlers): Handle;
  /** A person has the parked messages handled again. */
  replayParked(life: Life, handlers: EventHandlers): Promise<void>;
}

interface InboxOptions {
  readonly world: World;
  readonly database: MemoryDatabase;
  readonly queue: string;
}

/** The effect of one event and the record of it, by the contract of `shared/outbox/inbox-batch.ts`: a batch of one. */
export const createInbox = ({ world, database, queue }: InboxOptions): Inbox => {
  const handled = new Set<string>();
  const effects = new Map<string, number>();
  let parked: EventEnvelope[] = [];

  const perform = async (handling: Handling, tx: MemoryTx): Promise<readonly Write[]> => {
    const { id } = handling.event;
    const writes: Write[] = [() => effects.set(id, (effects.get(id) ?? 0) + 1)];
    const own: HandlingTx = { ...tx, effect: (write) => void writes.push(write) };
    await runHandler([handling], own as unknown as Tx);
    return writes;
  };
  const attempt = async (life: Life, handling: Handling): Promise<void> => {
    const { id } = handling.event;
    await database.divided(life, async (tx) => {
      await tx.lock(`inbox ${queue} ${id}`);
      await tx.statement();
      if (handled.has(id)) return { result: undefined, division: { within: [], after: [] } };
      const effect = await perform(handling, tx);
      const record: Write[] = [() => void handled.add(id)];
      return { result: undefined, division: world.parts.divideHandling(effect, record) };
    });
  };
  const park = (life: Life, event: EventEnvelope) =>
    database.transaction(life, async (tx) => {
      await tx.lock(`inbox ${queue} ${event.id}`);
      if (handled.has(event.id)) return;
      tx.write(() => {
        handled.add(event.id);
        parked.push(event);
      });
      world.tell(life.name, () => `parks ${event.type} of ${event.subject}`);
    });
  const withRetries = async (life: Life, event: EventEnvelope, handling: Handling): Promise<void> => {
    for (const delayMs of [...RETRY_DELAYS_MS, null]) {
      try {
        return await attempt(life, handling);
      } catch (error) {
        if (isAway(error)) throw error;
        if (delayMs === null) return park(life, event);
        await life.wait(delayMs);
      }
    }
  };
  const handlingFor = (event: EventEnvelope, handlers: EventHandlers): Handling | null => {
    const known = readEvent(event);
    return known === null ? null : handlingOf(handlers, known);
  };
  return {
    effects,
    get parked() {
      return parked;
    },
    handlerOf(life, handlers) {
      const lanes = createSubjectLanes();
      return async (event) => {
        const handling = handlingFor(event, handlers);
        if (handling !== null) await lanes.run(event.subject, () => withRetries(life, event, handling));
      };
    },
    async replayParked(life, handlers) {
      for (const event of parked) {
        const handling = handlingFor(event, handlers);
        if (handling === null) continue;
        await database.transaction(life, async (tx) => {
          await tx.lock(`inbox ${queue} ${event.id}`);
          if (!parked.includes(event)) return;
          const writes = await perform(handling, tx);
          tx.write(...writes, () => {
            parked = parked.filter((other) => other !== event);
          });
        });
      }
    },
  };
};
