import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { connect } from "amqplib";
import { sql } from "drizzle-orm";
import { describeIf, realServers } from "../testing/real-servers.ts";
import type { TestDatabase } from "../testing/test-database.ts";
import { waitFor } from "../testing/wait-for.ts";
import { appendNow, EXCHANGE, effects, outboxDatabase, stockLow, unpublished } from "./outbox-fixture.ts";
import { listParked } from "./parked.ts";
import { HANDLINGS_MAX } from "./quarantine.ts";

// Six processes one after the other.
setDefaultTimeout(120_000);

/** Far more processes than may die, so that a message that comes for ever ends the test and not the machine. */
const PROCESSES_MAX = 12;
/** A process that has neither died nor finished by then never will. */
const LIFE_MS = 30_000;

interface Crime {
  readonly database: TestDatabase;
  readonly env: Readonly<Record<string, string>>;
  /** Called once, when the first process is ready. */
  readonly begin: () => Promise<void>;
  /** The queue moved on: everything that can be handled has been. */
  readonly isOver: () => Promise<boolean>;
}

const ready = async (stdout: ReadableStream<Uint8Array>): Promise<void> => {
  for await (const _ of stdout) return;
};

/** A process that died while it held the relay's lease would keep the next one waiting for 5 s. */
const freeLease = ({ db }: TestDatabase) => db.execute(sql`update outbox_lease set until = '-infinity'`);

/** One process, until it dies or all is over. True when it died. */
const dies = async ({ database, env, begin, isOver }: Crime, isFirst: boolean): Promise<boolean> => {
  const { RABBITMQ_URL: _, ...inherited } = process.env;
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../testing/mortal-consumer.ts")], {
    env: { ...inherited, DATABASE_URL: database.url, DEADLY: "deadly:1", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let ended = false;
  void child.exited.then(() => {
    ended = true;
  });
  await ready(child.stdout);
  if (isFirst) await begin();
  await waitFor(async () => ended || (await isOver()), { timeoutMs: LIFE_MS, what: "its death or the end" });
  const died = ended;
  child.kill("SIGKILL");
  await child.exited;
  await freeLease(database);
  return died;
};

const countDeaths = async (crime: Crime): Promise<number> => {
  for (let deaths = 0; deaths < PROCESSES_MAX; deaths++)
    if (!(await dies(crime, deaths === 0))) return deaths;
  return PROCESSES_MAX;
};

const moves = async (env: Crime["env"]) => {
  const database = await outboxDatabase();
  const before = Array.from({ length: 20 }, (_, i) => stockLow(`before-${i}`, 1));
  const after = Array.from({ length: 20 }, (_, i) => stockLow(`after-${i}`, 1));
  const deadly = [stockLow("deadly", 1), stockLow("deadly", 2)];
  const begin = () => appendNow(database, ...before, ...deadly, ...after);
  const isOver = async () => (await effects(database)).length >= 41 && (await unpublished(database)) === 0;
  expect(await countDeaths({ database, env, begin, isOver })).toBe(HANDLINGS_MAX);
  expect((await effects(database)).toSorted()).toEqual(
    [...before, ...after]
      .map(({ subject }) => `${subject}:1`)
      .concat("deadly:2")
      .toSorted(),
  );
  const { items } = await listParked(database.db);
  expect(items).toMatchObject([
    { attempts: HANDLINGS_MAX, error: expect.stringContaining("the process ended"), event: { sequence: 1 } },
  ]);
  await database.close();
};

test("an event that ends the process five times is parked, and its queue moves on: in process", () =>
  moves({ EXCHANGE, QUEUE: "notify.inventory-events" }));

describeIf(realServers.rabbitmq, "RABBITMQ_URL", "an event that ends the process, over RabbitMQ", (url) => {
  test("is parked after five processes, and its queue moves on", async () => {
    const exchange = `test-${crypto.randomUUID()}`;
    const queue = `${exchange}-queue`;
    try {
      await moves({ EXCHANGE: exchange, QUEUE: queue, RABBITMQ_URL: url });
    } finally {
      const model = await connect(url);
      const channel = await model.createChannel();
      await channel.deleteQueue(queue);
      await channel.deleteExchange(exchange);
      await model.close();
    }
  });
});
