import { z } from "zod";
import { ledgerDifferences } from "../../inventory/domain/ledger.ts";
import { verifyLedger } from "../../inventory/service.ts";
import { createLedgerReads } from "../../inventory/store/ledger-reads.ts";
import { createStockStore } from "../../inventory/store/stock-store.ts";
import { inventoryUnderTest } from "../../inventory/testing/inventory-under-test.ts";
import { expireReservations } from "../../inventory/usecases/expire-reservations.ts";
import { newId } from "../../shared/kernel/ids.ts";
import {
  type CallOptions,
  internalHeaders,
  readAnswer,
  requestTo,
} from "../../shared/testing/service-under-test.ts";
import type { Timed } from "../model-runs.ts";
import type { Operation } from "./model.ts";
import { firstStock, type OrderName, type Sku, unitsText } from "./stock.ts";

/** Inventory as the model sees it: every operation answers in the model's words. */
export interface StockRun {
  /** Done by one of the instances, each in its turn. */
  perform(operation: Operation): Promise<string>;
  /** Levels and reservations of this run, as `describeStock` tells them. */
  describe(): Promise<string[]>;
  /** Where the counters of this run differ from its ledger or from what is held. */
  differences(): Promise<unknown[]>;
}

const levelSchema = z.object({ sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() });
type Level = z.infer<typeof levelSchema>;
const heldSchema = z.object({
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  expiresAt: z.string().nullable(),
});
const endedSchema = z.object({ status: z.string() });
const problemSchema = z.object({
  code: z.string(),
  shortages: z.array(z.object({ sku: z.string(), requested: z.int(), available: z.int() })).optional(),
  reservationStatus: z.string().nullable().optional(),
});

const levelText = ({ onHand, reserved, available }: Level): string =>
  `on hand ${onHand} reserved ${reserved} available ${available}`;

/** The short name in a real SKU: its last letter. */
const shortName = (sku: string) => sku.slice(-1) as Sku;

const heldText = (body: unknown): string => {
  const { lines, expiresAt } = heldSchema.parse(body);
  const units = Object.fromEntries(lines.map(({ sku, quantity }) => [shortName(sku), quantity]));
  return `held ${unitsText(units)}${expiresAt === null ? " for ever" : ""}`;
};

const problemText = (body: unknown): string => {
  const { code, shortages = [], reservationStatus } = problemSchema.parse(body);
  const short = shortages.map(
    (each) => ` ${shortName(each.sku)} wants ${each.requested} of ${each.available}`,
  );
  return `${code}${reservationStatus === undefined ? "" : ` ${reservationStatus}`}${short.join("")}`;
};

const successText = (kind: Operation["kind"], body: unknown): string => {
  switch (kind) {
    case "set":
    case "adjust":
      return levelText(levelSchema.parse(body));
    case "reserve":
      return heldText(body);
    case "release":
    case "fulfil":
    case "return":
      return endedSchema.parse(body).status;
    default:
      return "";
  }
};

interface Call extends CallOptions {
  readonly method: string;
  readonly path: string;
}

interface Names {
  readonly sku: (sku: Sku) => string;
  readonly order: (order: OrderName) => string;
  readonly key: (key: string) => string;
}

type Asked = Exclude<Operation, { kind: "fall-due" | "sweep" }>;

const reserveCall = (operation: Extract<Operation, { kind: "reserve" }>, names: Names): Call => ({
  method: "PUT",
  path: `/internal/reservations/${names.order(operation.order)}`,
  headers: internalHeaders,
  body: {
    lines: operation.lines.map(({ sku, quantity }) => ({ sku: names.sku(sku), quantity })),
    ttlSeconds: operation.forever ? null : 900,
    ...(operation.revision === null ? {} : { revision: operation.revision }),
  },
});

const callOf = (operation: Asked, names: Names): Call => {
  switch (operation.kind) {
    case "set": {
      const body = { onHand: operation.onHand, lowStockThreshold: 2, reason: "count" };
      return { method: "PUT", path: `/v1/stock/${names.sku(operation.sku)}`, token: "staff", body };
    }
    case "adjust": {
      const { sku, delta, key } = operation;
      return {
        method: "POST",
        path: `/v1/stock/${names.sku(sku)}/adjustments`,
        token: "staff",
        body: { delta, reason: "correction" },
        headers: key === null ? {} : { "idempotency-key": names.key(key) },
      };
    }
    case "delete":
      return { method: "DELETE", path: `/v1/stock/${names.sku(operation.sku)}`, token: "admin" };
    case "reserve":
      return reserveCall(operation, names);
    case "release":
    case "fulfil":
    case "return": {
      const path = `/internal/reservations/${names.order(operation.order)}/${operation.kind}`;
      return { method: "POST", path, headers: internalHeaders };
    }
    default:
      return operation satisfies never;
  }
};

type InventoryUnderTest = Awaited<ReturnType<typeof inventoryUnderTest>>;

/** Asks an instance, again while it says that the same request is being worked on. */
const ask = async (
  fetch: (request: Request) => Promise<Response>,
  { method, path, ...options }: Call,
  kind: Operation["kind"],
): Promise<string> => {
  for (;;) {
    const { status, headers, body } = await readAnswer<unknown>(
      await fetch(requestTo(`http://inventory${path}`, method, options)),
    );
    if (status === 409 && headers.has("retry-after")) continue;
    const text = status < 300 ? successText(kind, body) : problemText(body);
    const replayed = headers.get("idempotency-replayed") === "true" ? " replayed" : "";
    return `${status} ${text}${replayed}`.trim();
  }
};

interface ReservationRow extends Record<string, unknown> {
  readonly order_id: string;
  readonly status: string;
  readonly revision: number;
  readonly forever: boolean;
  readonly lines: Record<string, number> | null;
}

const describeRun = async (
  { call, database }: InventoryUnderTest,
  run: string,
  orders: Map<string, string>,
) => {
  const levels = await call<{ items: Level[] }>("GET", `/v1/stock?q=${run}-&limit=100`);
  const ids = [...orders.keys()].map((id) => `'${id}'`).join(",");
  const { rows } = await database.db.execute<ReservationRow>(`
    select order_id, status, revision, expires_at is null as forever,
      (select json_object_agg(right(sku, 1), quantity order by sku) from reservation_line l where l.order_id = r.order_id) as lines
    from reservation r where order_id in (${ids})`);
  return [
    ...levels.body.items.map((level) => `${shortName(level.sku)} ${levelText(level)}`),
    ...rows.map((row) => {
      const lasts = row.forever ? " for ever" : "";
      return `${orders.get(row.order_id)} ${row.status} ${unitsText(row.lines ?? {})}${lasts} revision ${row.revision}`;
    }),
  ].toSorted();
};

const ORDER_NAMES: readonly OrderName[] = ["o1", "o2", "o3", "o4", "o5"];

/** Two inventory instances on one database, and runs in it that do not touch each other's SKUs and orders. */
export const openStockRoom = async () => {
  const shop = await inventoryUnderTest();
  const { database } = shop;
  const instances = [shop.inventory, shop.sibling()] as const;
  const sweep = expireReservations({ stock: createStockStore({ database, announce: () => undefined }) });
  const ledger = createLedgerReads({ db: database.db });
  let runs = 0;

  const fallDue = (orderId: string) =>
    database.db.execute(`
      update reservation set expires_at = now() - interval '1 second'
      where order_id = '${orderId}' and status = 'held' and expires_at is not null`);

  const openRun = async (timed: Timed): Promise<StockRun> => {
    runs += 1;
    // Of one length, so that the SKUs of a run stand together and after those of all runs before.
    const run = `R${String(runs).padStart(6, "0")}`;
    const ids = new Map(ORDER_NAMES.map((name) => [name, newId()]));
    const orderNames = new Map([...ids].map(([name, id]) => [id, name]));
    const names: Names = {
      sku: (sku) => `${run}-${sku}`,
      order: (order) => ids.get(order) ?? "",
      key: (key) => `${run}-${key}`,
    };
    const first = Object.entries(firstStock.onHand) as [Sku, number][];
    await shop.inventory.seed(first.map(([sku, quantity]) => ({ sku: names.sku(sku), quantity })));
    let turns = 0;
    const perform = async (operation: Operation): Promise<string> => {
      turns += 1;
      const { fetch } = turns % 2 === 0 ? instances[0] : instances[1];
      if (operation.kind === "sweep") await sweep();
      else if (operation.kind === "fall-due") await fallDue(names.order(operation.order));
      else return ask(fetch, callOf(operation, names), operation.kind);
      return "done";
    };
    return {
      perform: (operation) => timed(() => perform(operation)),
      describe: () => describeRun(shop, run, orderNames),
      async differences() {
        const rows = await ledger.ledgerRows(`${run}-`, 100);
        return rows.filter(({ sku }) => sku.startsWith(run)).flatMap(ledgerDifferences);
      },
    };
  };
  return { openRun, differences: async () => (await verifyLedger(database)).differences, close: shop.close };
};

export type StockRoom = Awaited<ReturnType<typeof openStockRoom>>;
