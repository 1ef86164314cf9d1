import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../contracts/envelope.ts";
import type { Database } from "../ports/database.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { append, type NewEvent } from "./outbox.ts";

/** The exchange that `stockLow` goes to. */
export const EXCHANGE = "inventory.events";

/** A database with the tables of `schema.ts` and one more, for what handlers do. */
export const outboxDatabase = async (): Promise<TestDatabase> => {
  const database = await testDatabase({
    migrations: join(import.meta.dir, "../testing/outbox-migrations"),
    name: "outbox",
  });
  await database.db.execute(sql`create table effect (id serial primary key, subject text, sequence int)`);
  return database;
};

/** An event with a real contract. */
export const stockLow = (sku: string, sequence: number): NewEvent => ({
  type: "stock.low",
  subject: sku,
  sequence,
  data: { sku, available: 1, threshold: 5, version: sequence },
  source: "/inventory",
  time: new Date("2026-01-01T12:00:00.000Z"),
});

export const appendNow = (database: Database, ...events: NewEvent[]): Promise<void> =>
  database.transaction((tx) => append(tx, events));

export const unpublished = async ({ db }: Database): Promise<number> => {
  const { rows } = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from outbox where published_at is null`,
  );
  return rows[0]?.n ?? 0;
};

/** What the handlers of a test have done, in order: "sku:sequence". */
export const effects = async ({ db }: Database): Promise<string[]> => {
  const { rows } = await db.execute<{ name: string }>(
    sql`select subject || ':' || sequence as name from effect order by id`,
  );
  return rows.map((row) => row.name);
};

/** A bus that only remembers, and does first what a test wants. */
export const recordingBus = (
  before: (events: readonly EventEnvelope[]) => Promise<void> = async () => {},
) => {
  const published: string[] = [];
  const refuse = async () => {
    throw new Error("this bus only publishes");
  };
  const bus: EventBus = {
    declare: async () => undefined,
    async publish(_exchange, events) {
      await before(events);
      published.push(...events.map((event) => `${event.subject}:${event.sequence}`));
    },
    subscribe: refuse,
    state: () => ({ connected: true, blocked: false, consumers: { wanted: 0, active: 0 } }),
    ping: async () => undefined,
    close: async () => undefined,
  };
  return { bus, published };
};
