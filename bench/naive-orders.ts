import pg from "pg";
import { databaseUrl, ensureDatabase, withClient } from "../shared/drivers/ensure-database.ts";
import { testDatabasePrefix } from "../shared/testing/test-database-names.ts";
import { postgresProcessorMs, usedBetween } from "./processor-time.ts";
import { pick } from "./statistics.ts";

/** What Kiosk is compared with: the order transaction of a textbook, one an order, on tables with nothing to spare. */
const TABLES = `
  create table stock_level (
    sku text primary key, on_hand int not null, reserved int not null default 0, check (reserved <= on_hand));
  create table customer_order (
    id uuid primary key, user_id uuid not null, status text not null, total_minor bigint not null,
    created_at timestamptz not null default now());
  create table order_line (
    order_id uuid not null references customer_order (id), position int not null, sku text not null,
    quantity int not null, unit_price_minor bigint not null, primary key (order_id, position));
  create table outbox (
    position bigint generated always as identity primary key, event jsonb not null,
    created_at timestamptz not null default now())`;

/** Named, so that pg prepares each once a connection: the fastest that this way can be. */
const statements = {
  lock: "select sku, on_hand - reserved as available from stock_level where sku = any($1) order by sku for update",
  reserve: "update stock_level set reserved = reserved + 1 where sku = any($1)",
  order: "insert into customer_order (id, user_id, status, total_minor) values ($1, $2, 'confirmed', $3)",
  lines: `insert into order_line (order_id, position, sku, quantity, unit_price_minor)
    select $1, position, sku, 1, 1500 from unnest($2::text[]) with ordinality as line (sku, position)`,
  event: "insert into outbox (event) values ($1)",
} as const;

type Name = keyof typeof statements;

const run = (client: pg.PoolClient, name: Name, values: unknown[]) =>
  client.query<{ available: number }>({ name, text: statements[name], values });

/** The seven statements: BEGIN, five of work, COMMIT. Fails where the stock is short, which here it never is. */
const placeOrder = async (client: pg.PoolClient, userId: string, skus: readonly string[]): Promise<void> => {
  const id = crypto.randomUUID();
  await client.query("BEGIN");
  const { rows } = await run(client, "lock", [skus]);
  if (rows.length !== skus.length || rows.some(({ available }) => available < 1))
    throw new Error("The naive shop has run out of stock.");
  await run(client, "reserve", [skus]);
  await run(client, "order", [id, userId, 1500 * skus.length]);
  await run(client, "lines", [id, skus]);
  const lines = skus.map((sku) => ({ sku, quantity: 1 }));
  await run(client, "event", [JSON.stringify({ type: "order.confirmed", data: { id, userId, lines } })]);
  await client.query("COMMIT");
};

export interface NaiveRound {
  readonly skus: readonly string[];
  readonly linesPerOrder: number;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface NaiveResult {
  /** Orders a second while it was measured. */
  readonly perSecond: number;
  /** All orders of the round, those of the warm-up as well, and what they cost in milliseconds of processor time. */
  readonly orders: number;
  readonly clientMs: number;
  readonly postgresMs: number;
}

/** So many connections, or an error that says why not; none is left open then. */
const connect = async (pool: pg.Pool, count: number): Promise<pg.PoolClient[]> => {
  const asked = await Promise.allSettled(Array.from({ length: count }, () => pool.connect()));
  const clients = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (clients.length === count) return clients;
  for (const client of clients) client.release();
  await pool.end();
  throw new Error(
    `The PostgreSQL server has no ${count} connections left beside Kiosk's: raise its max_connections, or leave DATABASE_URL out.`,
  );
};

/** Orders one after the other on each connection until the time is up. */
const shop = async (clients: readonly pg.PoolClient[], round: NaiveRound) => {
  const beginMs = performance.now() + round.warmUpMs;
  const endMs = beginMs + round.measureMs;
  let orders = 0;
  let measured = 0;
  const work = async (client: pg.PoolClient): Promise<void> => {
    const userId = crypto.randomUUID();
    while (performance.now() < endMs) {
      await placeOrder(client, userId, pick(round.skus, round.linesPerOrder));
      orders += 1;
      const now = performance.now();
      if (now >= beginMs && now < endMs) measured += 1;
    }
  };
  await Promise.all(clients.map(work));
  return { orders, perSecond: measured / (round.measureMs / 1_000) };
};

/** Orders as fast as so many connections can, from this process and without HTTP. */
const measure = async (url: string, name: string, round: NaiveRound): Promise<NaiveResult> => {
  const pool = new pg.Pool({
    connectionString: url,
    max: round.connections,
    application_name: "kiosk-bench",
  });
  const clients = await connect(pool, round.connections);
  const cpuBefore = process.cpuUsage();
  try {
    const { orders, perSecond } = await shop(clients, round);
    const cpu = process.cpuUsage(cpuBefore);
    const postgresMs = usedBetween(new Map(), postgresProcessorMs(name));
    return { perSecond, orders, clientMs: (cpu.user + cpu.system) / 1_000, postgresMs };
  } finally {
    for (const client of clients) client.release();
    await pool.end();
  }
};

/** A database of its own on the server, with the SKUs in stock. */
export const openNaiveShop = async (server: string, skus: readonly string[]) => {
  const name = `${testDatabasePrefix}naive`;
  await ensureDatabase(server, name);
  const url = databaseUrl(server, name);
  await withClient(url, async (client) => {
    await client.query(TABLES);
    await client.query(
      "insert into stock_level (sku, on_hand) select sku, 1000000000 from unnest($1::text[]) as s (sku)",
      [skus],
    );
    await client.query("vacuum analyze stock_level");
  });
  return {
    measure: (round: NaiveRound) => measure(url, name, round),
    close: () =>
      withClient(server, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
};

export type NaiveShop = Awaited<ReturnType<typeof openNaiveShop>>;
