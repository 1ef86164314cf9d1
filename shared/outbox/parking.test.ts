import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { unavailable } from "../kernel/errors.ts";
import type { Database } from "../ports/database.ts";
import { closedAfterEach } from "../testing/closed-after-each.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { eventOf } from "./inbox-fixture.ts";
import { effects, outboxDatabase } from "./outbox-fixture.ts";
import { countParked, listParked, replayParked } from "./parked.ts";
import { openParked, PARKED_QUEUE } from "./parked-fixture.ts";
import { createParking, type ParkedNews } from "./parking.ts";
import { tellOfParked } from "./tell-of-parked.ts";

const open = closedAfterEach(openParked);
const openDatabase = closedAfterEach(outboxDatabase);

const outboxOf = async ({ db }: Database) => {
  const { rows } = await db.execute<{ exchange: string; event: { type: string; data: unknown } }>(
    sql`select exchange, event from outbox order by position`,
  );
  return rows.map(({ exchange, event: { type, data } }) => ({ exchange, type, data }));
};

test("a message that is parked is told of by an event, in one transaction and once", async () => {
  const { database, park, deliver } = await open(tellOfParked("orders.message-parked"));
  const [id = ""] = await park("A");
  const { items } = await listParked(database.db);
  const news = {
    exchange: "orders.events",
    type: "orders.message-parked",
    data: { id, queue: PARKED_QUEUE, type: "stock.low" },
  };
  expect(await outboxOf(database)).toEqual([news]);
  await deliver(items[0]?.event as ReturnType<typeof eventOf>);
  expect(await outboxOf(database)).toEqual([news]);
});

test("when it cannot be told of, the message is parked all the same, and what was half told is undone", async () => {
  const { database, park, log } = await open(async (tx) => {
    await tx.execute(sql`insert into effect (subject, sequence) values ('told', 1)`);
    throw new Error("nobody listens");
  });
  await park("A");
  expect(await countParked(database.db)).toBe(1);
  expect(await effects(database)).toEqual([]);
  expect(log.lines.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
    "A message is parked, but nobody is told of it",
    "A message could not be handled and is parked",
  ]);
});

const malady = (event: ReturnType<typeof eventOf>) => ({
  ...{ eventId: event.id, type: event.type, event },
  ...{ error: "broken", attempts: 1 },
});

const parkingOf = (database: Database, onParked?: (news: ParkedNews) => Promise<void>) =>
  createParking({
    ...{ database, queue: PARKED_QUEUE, clock: fakeClock(), log: silentLogger() },
    onParked: onParked && ((_, news) => onParked(news)),
  });

test("while the database is away nothing is parked and nothing is told: the message comes back", async () => {
  const database = await openDatabase();
  let told = 0;
  const park = parkingOf(database, async () => {
    told += 1;
    throw unavailable("away");
  });
  await expect(park(malady(eventOf("A", 1)))).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect([told, await countParked(database.db)]).toEqual([1, 0]);
});

test("of two instances that park the same message one does, and one tells", async () => {
  const database = await openDatabase();
  const told: string[] = [];
  const park = parkingOf(database, async ({ type }) => void told.push(type));
  const sick = malady(eventOf("A", 1));
  expect((await Promise.all([park(sick), park(sick)])).toSorted()).toEqual([false, true]);
  expect(told).toEqual(["stock.low"]);
});

test("an event that jsonb cannot hold is parked as text, and is not replayed", async () => {
  const { database, consumer, log } = await open();
  const park = parkingOf(database);
  for (const sku of ["a\0b", "half \ud83d of a pair"])
    await park(malady({ ...eventOf("A", 1), data: { sku } }));
  const { items } = await listParked(database.db);
  expect(
    items.map(({ event, raw }) => [event, raw?.includes("a\\u0000b") || raw?.includes("\\ud83d")]),
  ).toEqual([
    [null, true],
    [null, true],
  ]);
  const replay = replayParked({ database, consumers: [consumer], log });
  await expect(replay(items[0]?.id ?? "")).rejects.toMatchObject({ code: "CONFLICT" });
});
