import { sql } from "drizzle-orm";
import { z } from "zod";
import { ledgerDifferences } from "../../inventory/domain/ledger.ts";
import { createLedgerReads } from "../../inventory/store/ledger-reads.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { type CallOptions, readAnswer, requestTo } from "../../shared/testing/service-under-test.ts";
import type { Timed } from "../model-runs.ts";
import { type Sku, unitsText } from "../stock-model/stock.ts";
import type { Operation } from "./operations.ts";
import type { OrderDesk } from "./order-desk.ts";
import {
  firstWorld,
  levelText,
  linesOf,
  type OrderName,
  orderNames,
  orderText,
  type Status,
  sortedUnits,
} from "./world.ts";

/** The shop as the model sees it: every operation answers in the model's words. */
export interface OrderRun {
  perform(operation: Operation): Promise<string>;
  /** Lets the sweeper go on until all orders rest; answers how many do not after all. */
  settle(): Promise<number>;
  /** Orders, levels and holds of this run, as `describeWorld` tells them. */
  describe(): Promise<string[]>;
  /** Where the counters of this run differ from its ledger or from what is held. */
  differences(): Promise<unknown[]>;
}

const orderSchema = z.object({
  id: z.string(),
  status: z.custom<Status>(),
  lines: z.array(z.object({ id: z.string(), sku: z.string(), quantity: z.int() })),
});
const problemSchema = z.object({ code: z.string(), orderId: z.string().optional() });

/** The short name in a real SKU: its last letter. */
const shortName = (sku: string) => sku.slice(-1) as Sku;

/** Which real order a name of the model stands for, and by which id each of its lines goes. */
const createNames = () => {
  const ids = new Map<OrderName, string>();
  const names = new Map<string, OrderName>();
  const lineIds = new Map<string, string>();
  const unknown = newId();
  return {
    idOf: (name: OrderName) => ids.get(name) ?? unknown,
    nameOf: (id: string) => names.get(id),
    ids: () => [...names.keys()],
    lineId: (name: OrderName, sku: Sku) => lineIds.get(`${name} ${sku}`) ?? unknown,
    sawOrder(id: string) {
      if (names.has(id)) return;
      const name = orderNames[names.size];
      if (name === undefined) return;
      ids.set(name, id);
      names.set(id, name);
    },
    sawLines({ id, lines }: z.infer<typeof orderSchema>) {
      for (const line of lines) lineIds.set(`${names.get(id)} ${shortName(line.sku)}`, line.id);
    },
  };
};
type Names = ReturnType<typeof createNames>;

interface Call extends CallOptions {
  readonly method: string;
  readonly path: string;
}

const paymentOf = (payment: Extract<Operation, { kind: "place" }>["payment"]) =>
  payment === "manual" ? payment : { provider: "simulated", outcome: payment };

type Asked = Exclude<Operation, { kind: "expire" | "deliver-late" | "set-stock" }>;

const callOf = (operation: Asked, run: string, names: Names, people: OrderDesk["people"]): Call => {
  switch (operation.kind) {
    case "place": {
      const { buyer, units, payment, key } = operation;
      const lines = linesOf(units).map(({ sku, quantity }) => ({ sku: `${run}-${sku}`, quantity }));
      const headers = key === null ? {} : { "idempotency-key": `${run}-${key}` };
      const body = { lines, payment: paymentOf(payment) };
      return { method: "POST", path: "/v1/orders", token: people[buyer], headers, body };
    }
    case "move": {
      const { order, to, by } = operation;
      const path = `/v1/orders/${names.idOf(order)}`;
      if (to === "cancelled" && by !== "staff")
        return { method: "POST", path: `${path}/cancel`, token: people[by], body: {} };
      return { method: "PATCH", path: `${path}/status`, token: people[by], body: { status: to } };
    }
    case "change-line": {
      const { order, sku, quantity, by } = operation;
      const path = `/v1/orders/${names.idOf(order)}/lines/${names.lineId(order, sku)}`;
      return { method: "PATCH", path, token: people[by], body: { quantity } };
    }
    case "archive":
      return { method: "DELETE", path: `/v1/orders/${names.idOf(operation.order)}`, token: people.staff };
    default:
      return operation satisfies never;
  }
};

const unitsOf = (lines: readonly { sku: string; quantity: number }[]) =>
  sortedUnits(Object.fromEntries(lines.map(({ sku, quantity }) => [shortName(sku), quantity])));

const answerText = (status: number, headers: Headers, body: unknown): string => {
  if (status === 204) return "204";
  if (status >= 300) {
    const { code } = problemSchema.parse(body);
    return `${status} ${code}${headers.has("retry-after") ? ", again later" : ""}`;
  }
  const order = orderSchema.parse(body);
  return `${status} ${orderText({ status: order.status, units: unitsOf(order.lines) })}`;
};

interface OrderRow extends Record<string, unknown> {
  readonly id: string;
  readonly status: Status;
  readonly archived: boolean;
  readonly open: boolean;
  readonly lines: { sku: string; quantity: number }[];
}
interface HoldRow extends Record<string, unknown> {
  readonly id: string;
  readonly status: string;
  readonly lines: { sku: string; quantity: number }[] | null;
}

const readOrders = async ({ database }: OrderDesk, run: string): Promise<readonly OrderRow[]> => {
  const { rows } = await database.db.execute<OrderRow>(sql`
    select o.id, o.status, o.archived_at is not null as archived, s.finished_at is null as open,
      json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity)) as lines
    from customer_order o join saga s on s.order_id = o.id join order_line l on l.order_id = o.id
    where starts_with(l.sku, ${run}) group by o.id, s.order_id`);
  return rows;
};

/** What is held of this run's SKUs, and what was kept of its orders. */
const readHolds = async (
  desk: OrderDesk,
  run: string,
  ids: readonly string[],
): Promise<readonly HoldRow[]> => {
  const { rows } = await desk.inventory.database.db.execute<HoldRow>(sql`
    select r.order_id as id, r.status, json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity))
      filter (where l.sku is not null) as lines
    from reservation r left join reservation_line l using (order_id)
    where starts_with(l.sku, ${run}) or r.order_id = any(${sql.param(ids)}::uuid[])
    group by r.order_id`);
  return rows;
};

interface LevelRow extends Record<string, unknown> {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
}

const readLevels = async ({ inventory }: OrderDesk, run: string): Promise<readonly LevelRow[]> => {
  const { rows } = await inventory.database.db.execute<LevelRow>(sql`
    select sku, on_hand, reserved from stock_level where starts_with(sku, ${run})`);
  return rows;
};

const describeRun = async (desk: OrderDesk, run: string, names: Names): Promise<string[]> => {
  const orders = await readOrders(desk, run);
  const holds = await readHolds(desk, run, names.ids());
  const levels = await readLevels(desk, run);
  return [
    ...orders.map(({ id, status, archived, open, lines }) => {
      const text = orderText({ status, units: unitsOf(lines) });
      return `order ${names.nameOf(id)} ${text}${archived ? " archived" : ""}${open ? " open" : ""}`;
    }),
    ...levels.map((level) => levelText(shortName(level.sku), level.on_hand, level.reserved)),
    ...holds.map(
      ({ id, status, lines }) => `hold ${names.nameOf(id)} ${status} ${unitsText(unitsOf(lines ?? []))}`,
    ),
  ].toSorted();
};

let runs = 0;

/** A run with SKUs and orders of its own. Runs at one desk go one after the other. */
export const openOrderRun = async (desk: OrderDesk, timed: Timed): Promise<OrderRun> => {
  runs += 1;
  // Of one length, so that the SKUs of a run stand together in the ledger.
  const run = `M${String(runs).padStart(6, "0")}`;
  const names = createNames();
  const { inventory, wire } = desk;
  const first = Object.entries(firstWorld.stock.onHand);
  await inventory.inventory.seed(first.map(([sku, quantity]) => ({ sku: `${run}-${sku}`, quantity })));

  const ask = async ({ method, path, ...options }: Call) => {
    const response = await desk.fetch(requestTo(`http://orders${path}`, method, options));
    const { status, headers, body } = await readAnswer<unknown>(response);
    return { status, headers, body };
  };
  /** Remembers the ids of an order and its lines, which the answer to a rejected one does not name. */
  const learn = async (body: unknown): Promise<void> => {
    const placed = orderSchema.safeParse(body).data;
    const orderId = placed?.id ?? problemSchema.safeParse(body).data?.orderId;
    if (orderId === undefined) return;
    names.sawOrder(orderId);
    const read = { method: "GET", path: `/v1/orders/${orderId}`, token: desk.people.staff };
    names.sawLines(placed ?? orderSchema.parse((await ask(read)).body));
  };
  const askShop = async (operation: Asked): Promise<string> => {
    wire.trouble("trouble" in operation ? operation.trouble : null);
    const { status, headers, body } = await ask(callOf(operation, run, names, desk.people));
    if (operation.kind === "place") await learn(body);
    const replayed = headers.get("idempotency-replayed") === "true" ? " replayed" : "";
    return `${answerText(status, headers, body)}${replayed}`;
  };
  const expire = async (order: OrderName): Promise<void> => {
    await inventory.database.db.execute(sql`
      update reservation set expires_at = now() - interval '1 second'
      where order_id = ${names.idOf(order)} and status = 'held' and expires_at is not null`);
    await desk.sweepHolds();
  };
  const perform = async (operation: Operation): Promise<string> => {
    switch (operation.kind) {
      case "expire":
        await expire(operation.order);
        return "done";
      case "deliver-late":
        await wire.deliverLate();
        return "done";
      case "set-stock":
        return String((await inventory.stock(`${run}-${operation.sku}`, operation.onHand)).status);
      default:
        return askShop(operation);
    }
  };
  return {
    settle: () => timed(desk.settle),
    perform: (operation) => timed(() => perform(operation)),
    describe: () => describeRun(desk, run, names),
    async differences() {
      const rows = await createLedgerReads({ db: inventory.database.db }).ledgerRows(`${run}-`, 100);
      return rows.filter(({ sku }) => sku.startsWith(run)).flatMap(ledgerDifferences);
    },
  };
};
