import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../contracts/envelope.ts";
import type { Database, Tx } from "../ports/database.ts";
import type { EventBus, EventSubscriptionOptions } from "../ports/event-bus.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { type SilentLogger, silentLogger } from "../testing/silent-logger.ts";
import { type ConsumerOptions, consume, type InboxOutcome } from "./inbox.ts";
import { envelopeOf } from "./outbox.ts";
import { EXCHANGE, outboxDatabase, stockLow } from "./outbox-fixture.ts";

export const eventOf = (subject: string, sequence: number): EventEnvelope =>
  envelopeOf(stockLow(subject, sequence), crypto.randomUUID());

/** What a handler has to do in these tests. */
export interface Effect {
  readonly subject: string;
  readonly sequence: number;
}

export const writeEffect = async ({ subject, sequence }: Effect, tx: Tx): Promise<void> => {
  await tx.execute(sql`insert into effect (subject, sequence) values (${subject}, ${sequence})`);
};

/** A bus that hands over all that it is given at once, also events of one subject. */
export const crowdingBus = () => {
  let subscriber: EventSubscriptionOptions | undefined;
  const bus: EventBus = {
    declare: async () => undefined,
    publish: async () => undefined,
    async subscribe(options) {
      subscriber = options;
      return { active: true, close: async () => undefined };
    },
    state: () => ({ connected: true, blocked: false, consumers: { wanted: 1, active: 1 } }),
    ping: async () => undefined,
    close: async () => undefined,
  };
  const deliver = (...events: EventEnvelope[]) =>
    Promise.allSettled(events.map((event) => subscriber?.handle(event)));
  return { bus, deliver };
};

/** Counts the transactions, repeats included. */
const counting = (database: Database) => {
  const count = { transactions: 0 };
  const counted: Database = {
    ...database,
    transaction: (work) =>
      database.transaction((tx) => {
        count.transactions++;
        return work(tx);
      }),
  };
  return { counted, count };
};

/** A consumer of a database of its own, over a crowding bus. Close the database at the end. */
export const openInbox = async (options: Partial<ConsumerOptions> = {}) => {
  const database = await outboxDatabase();
  const { counted, count } = counting(options.database ?? database);
  const { bus, deliver } = crowdingBus();
  const outcomes: InboxOutcome[] = [];
  const log = silentLogger();
  const consumer = consume({
    bus,
    exchange: EXCHANGE,
    queue: "notify.inventory-events",
    clock: fakeClock(),
    log,
    handlers: { "stock.low": writeEffect },
    retryDelaysMs: [1, 1, 1, 1],
    transactionMs: 60_000,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
    database: counted,
  });
  await consumer.start();
  return { database, deliver, outcomes, count, log, consumer };
};

/** What a log says above `debug`, where every event has a line. */
export const told = ({ lines }: SilentLogger) => lines.filter(({ level }) => level !== "debug");

export const statuses = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map(({ status }) => status);
