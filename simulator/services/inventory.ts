import type { Reservation } from "../../inventory/domain/reservation.ts";
import type { StockLevel } from "../../inventory/domain/stock-level.ts";
import { endedAnswer, heldAnswer } from "../../inventory/http/answers.ts";
import { stockChangeOf } from "../../inventory/store/stock-changes.ts";
import { adjustStock } from "../../inventory/usecases/adjust-stock.ts";
import {
  fulfilReservation,
  releaseReservation,
  returnReservation,
} from "../../inventory/usecases/end-reservation.ts";
import { expireReservations } from "../../inventory/usecases/expire-reservations.ts";
import { receiveStock } from "../../inventory/usecases/receive-stock.ts";
import { reserveStock } from "../../inventory/usecases/reserve-stock.ts";
import type { TracedCommand } from "../../inventory/usecases/run-reservation-commands.ts";
import { seedStock } from "../../inventory/usecases/seed-stock.ts";
import type { StockChange, StockChangesPage } from "../../shared/contracts/stock-stream.ts";
import { statusOf } from "../../shared/http/problem.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { createBatcher } from "../../shared/runtime/batcher.ts";
import type { Broker } from "../bus/broker.ts";
import { startRelay } from "../bus/relay-loop.ts";
import { createMemoryDatabase } from "../stores/memory-database.ts";
import { createMemoryOutbox } from "../stores/memory-outbox.ts";
import { createMemoryStockStore, createStockTables, type StockTables } from "../stores/memory-stock-store.ts";
import { createInstance, type Instance, type Life } from "../world/life.ts";
import type { World } from "../world/world.ts";

/** What a service answers over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface InternalCall {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

export interface InventoryApi {
  internal(call: InternalCall): Promise<HttpAnswer>;
  readonly adjust: ReturnType<typeof adjustStock>;
  readonly receive: ReturnType<typeof receiveStock>;
  changesAfter(cursor: string | null): Promise<StockChangesPage>;
}

export interface InventoryService {
  readonly tables: StockTables;
  readonly instances: readonly [Instance<InventoryApi>, Instance<InventoryApi>];
}

const EXPIRY_SWEEP_MS = 5_000;
const SEED_AGAIN_MS = 50;
const LOW_STOCK = 2;
const COMMANDS = { batchMax: 100, queueMax: 2_000 } as const;
const PAGE = 2;

type ReserveBody = Omit<Parameters<ReturnType<typeof reserveStock>>[0], "orderId">;

/** The internal routes of `inventory/http/internal-routes.ts`, without HTTP: what they call and what they answer. */
const createRoutes = (run: Parameters<typeof reserveStock>[0]["run"]): InventoryApi["internal"] => {
  const reserve = reserveStock({ run });
  const endings: Readonly<Record<string, (orderId: string) => Promise<Reservation>>> = {
    release: releaseReservation({ run }),
    fulfil: fulfilReservation({ run }),
    return: returnReservation({ run }),
  };
  const answer = async ({ path, body }: InternalCall): Promise<unknown> => {
    const [, , , orderId = "", ending = ""] = path.split("/");
    const end = endings[ending];
    if (end !== undefined) return endedAnswer(await end(orderId));
    return heldAnswer(await reserve({ orderId, ...(body as ReserveBody) }));
  };
  return async (call) => {
    try {
      return { status: 200, body: await answer(call) };
    } catch (error) {
      if (!isKioskError(error)) throw error;
      return { status: statusOf[error.code], body: { ...error.details.extensions, code: error.code } };
    }
  };
};

/**
 * What has changed after a cursor, by the transactions that changed it. Those that still run may have changed something that
 * commits later, so a page ends before them: `shared/sql/transaction-horizon.ts`.
 */
const createChangeReads =
  ({ database, levels }: StockTables, life: Life): InventoryApi["changesAfter"] =>
  (cursor) =>
    database.read(life, () => {
      const [tx = 0, sku = ""] = cursor === null ? [] : (JSON.parse(cursor) as [number, string]);
      const end = database.horizon();
      const isAfter = (changedTx: number, key: string) => changedTx > tx || (changedTx === tx && key > sku);
      const found = [...levels.values()]
        .filter(({ changedTx, level }) => changedTx < end && isAfter(changedTx, level.sku))
        .toSorted((a, b) => a.changedTx - b.changedTx || (a.level.sku < b.level.sku ? -1 : 1));
      const page = found.slice(0, PAGE);
      const last = page.at(-1);
      const more = found.length > PAGE;
      const next = more && last ? [last.changedTx, last.level.sku] : [end, ""];
      const changes = page.filter(({ level }) => level.version > 0).map(({ level }) => stockChangeOf(level));
      return { changes, cursor: JSON.stringify(next), more };
    });

export interface InventoryOptions {
  readonly world: World;
  readonly broker: Broker;
  readonly first: readonly { readonly sku: string; readonly quantity: number }[];
  /** Whoever follows the stock is told after each commit. */
  readonly announce: (changes: readonly StockChange[]) => void;
}

export const createInventoryService = ({
  world,
  broker,
  first,
  announce,
}: InventoryOptions): InventoryService => {
  const { parts } = world;
  const database = createMemoryDatabase(world, "inventory");
  const outbox = createMemoryOutbox(world, database);
  const tables = createStockTables(database, outbox);
  const tell = (levels: readonly StockLevel[]) => announce(levels.map(stockChangeOf));

  const boot = (life: Life): InventoryApi => {
    const stock = createMemoryStockStore(world, tables, { life, announce: tell });
    const enqueue = createBatcher<TracedCommand, Reservation>({
      ...COMMANDS,
      run: parts.runReservationCommands({ stock }),
      laneOf: ({ command }) => (command.kind === "reserve" ? (command.lines[0]?.sku ?? "") : ""),
    });
    const expire = expireReservations({ stock });
    const sweep = async () => {
      for (;;) {
        await life.wait(EXPIRY_SWEEP_MS);
        const expired = await expire().catch(() => 0);
        if (expired > 0) world.tell(life.name, () => `${expired} holds have expired`);
      }
    };
    void sweep();
    startRelay(world, { database, outbox, broker }, life);
    const seed = seedStock({ stock, defaultThreshold: LOW_STOCK });
    const seedUntilDone = async (): Promise<unknown> =>
      seed(first).catch(() => life.wait(SEED_AGAIN_MS).then(seedUntilDone));
    void seedUntilDone();
    return {
      internal: createRoutes((command) => enqueue({ command, trace: {} })),
      adjust: adjustStock({ stock }),
      receive: receiveStock({ stock, defaultThreshold: LOW_STOCK }),
      changesAfter: createChangeReads(tables, life),
    };
  };
  const instance = (n: number) => createInstance(`inventory-${n}`, world, boot);
  return { tables, instances: [instance(1), instance(2)] };
};
