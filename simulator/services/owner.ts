import type { NewEvent } from "../../shared/outbox/outbox.ts";
import type { Broker } from "../bus/broker.ts";
import { startRelay } from "../bus/relay-loop.ts";
import { createMemoryDatabase } from "../stores/memory-database.ts";
import { createMemoryOutbox, type MemoryOutbox } from "../stores/memory-outbox.ts";
import type { Instance, Life } from "../world/life.ts";
import { createInstance } from "../world/life.ts";
import type { World } from "../world/world.ts";

interface Owned {
  readonly id: string;
  readonly version: number;
}

interface OwnerApi<Row> {
  change(id: string, change: (row: Row) => Row): Promise<void>;
  find(isWanted: (row: Row) => boolean): Promise<Row[]>;
}

/** A service that owns rows which others copy: each change is a version, and an event in the same transaction. */
export interface Owner<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  readonly outbox: MemoryOutbox;
  readonly instances: readonly [Instance<OwnerApi<Row>>, Instance<OwnerApi<Row>>];
}

interface OwnerOptions<Row> {
  readonly world: World;
  readonly broker: Broker;
  readonly name: string;
  readonly first: readonly Row[];
  readonly eventOf: (row: Row, at: Date) => NewEvent;
}

export const createOwner = <Row extends Owned>(options: OwnerOptions<Row>): Owner<Row> => {
  const { world, broker, name, first, eventOf } = options;
  const database = createMemoryDatabase(world, name);
  const outbox = createMemoryOutbox(world, database);
  const rows = new Map(first.map((row) => [row.id, row]));

  const boot = (life: Life): OwnerApi<Row> => {
    startRelay(world, { database, outbox, broker }, life);
    return {
      find: (isWanted) => database.read(life, () => [...rows.values()].filter(isWanted)),
      change: (id, change) =>
        database.divided(life, async (tx) => {
          await tx.lock(id);
          await tx.statement();
          const row = rows.get(id);
          if (row === undefined) return { result: undefined, division: { within: [], after: [] } };
          const next = { ...change(row), version: row.version + 1 };
          const events = outbox.append([eventOf(next, tx.now)]);
          const writes = [() => void rows.set(id, next)];
          return { result: undefined, division: world.parts.divideChange(writes, events) };
        }),
    };
  };
  const instance = (n: number) => createInstance(`${name}-${n}`, world, boot);
  return { rows, outbox, instances: [instance(1), instance(2)] };
};
