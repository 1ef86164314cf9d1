import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import { eventContracts } from "../../shared/contracts/events.ts";
import { envelopeOf, type NewEvent } from "../../shared/outbox/outbox.ts";
import type { OutboxRows } from "../../shared/outbox/outbox-rows.ts";
import type { RelayLease } from "../../shared/outbox/relay-turn.ts";
import type { Life } from "../world/life.ts";
import type { Write } from "../world/parts.ts";
import type { World } from "../world/world.ts";
import type { MemoryDatabase } from "./memory-database.ts";

interface Row {
  readonly position: number;
  readonly exchange: string;
  readonly event: EventEnvelope;
}

/** The outbox of one service's database, with the lease of its relay. */
export interface MemoryOutbox {
  /** The writes that add these events. Their positions are given out now, as by a sequence, and seen at the commit. */
  append(events: readonly NewEvent[]): Write[];
  /** The outbox as the relay of one process sees it. */
  rows(life: Life): OutboxRows;
  lease(life: Life): RelayLease;
  /** Events that wait. */
  readonly unsent: number;
  /** All events that were ever committed. */
  readonly committed: readonly EventEnvelope[];
}

const RENEWALS_PER_LEASE = 3;
const LEASE_MS = 5_000;

interface Holding {
  holder: Life | null;
  untilMs: number;
}

/** The lease as `shared/outbox/lease.ts` keeps it: a row with an end by the database's clock. */
const leaseOf = (world: World, database: MemoryDatabase, row: Holding, life: Life): RelayLease => {
  const { scheduler } = world;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  const renew = async (): Promise<boolean> => {
    const askedAt = scheduler.nowMs;
    const mine = await database.read(life, () => {
      if (row.holder !== life && row.untilMs >= scheduler.nowMs) return false;
      Object.assign(row, { holder: life, untilMs: scheduler.nowMs + LEASE_MS });
      return true;
    });
    heldUntilMs = mine ? askedAt + LEASE_MS : Number.NEGATIVE_INFINITY;
    return mine;
  };
  return {
    get held() {
      return heldUntilMs > scheduler.nowMs;
    },
    take: async () =>
      heldUntilMs - scheduler.nowMs > LEASE_MS - LEASE_MS / RENEWALS_PER_LEASE || (await renew()),
    async keep(work) {
      let isOver = false;
      const renewAgain = () =>
        life.later(LEASE_MS / RENEWALS_PER_LEASE, () => {
          if (isOver) return;
          void renew().catch(() => undefined);
          renewAgain();
        });
      renewAgain();
      await work().finally(() => {
        isOver = true;
      });
    },
    async release() {
      heldUntilMs = Number.NEGATIVE_INFINITY;
      await database.read(life, () => {
        if (row.holder === life) row.untilMs = Number.NEGATIVE_INFINITY;
      });
    },
  };
};

export const createMemoryOutbox = (world: World, database: MemoryDatabase): MemoryOutbox => {
  const waiting = new Map<number, Row>();
  const committed: EventEnvelope[] = [];
  const lease: Holding = { holder: null, untilMs: Number.NEGATIVE_INFINITY };
  let positions = 0;

  const oldest = (size: number, held: readonly string[]) =>
    [...waiting.values()]
      .filter(({ event }) => !held.includes(event.subject))
      .toSorted((a, b) => a.position - b.position)
      .slice(0, size)
      .map((row) => ({ ...row, position: String(row.position) }));
  const isTaken = (life: Life) =>
    lease.holder !== null && lease.holder !== life && lease.untilMs >= world.scheduler.nowMs;
  return {
    append: (events) =>
      events.map((event) => {
        positions += 1;
        const position = positions;
        const { exchange } = eventContracts[event.type];
        const envelope = envelopeOf(event, world.newId());
        return () => {
          waiting.set(position, { position, exchange, event: envelope });
          committed.push(envelope);
        };
      }),
    rows: (life) => ({
      look: () =>
        database.read(life, () => {
          if (waiting.size === 0) return "empty";
          return isTaken(life) ? "passive" : "free";
        }),
      read: (size, held) => database.read(life, () => oldest(size, held)),
      markPublished: (rows) =>
        database.read(life, () => {
          for (const { position } of rows) waiting.delete(Number(position));
        }),
      countFailure: () => database.read(life, () => undefined),
    }),
    lease: (life) => leaseOf(world, database, lease, life),
    get unsent() {
      return waiting.size;
    },
    committed,
  };
};
