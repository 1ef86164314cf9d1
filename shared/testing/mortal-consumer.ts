// A process for tests, to be started with a database of the outbox's tests at DATABASE_URL: it relays and consumes, in process
// or over RABBITMQ_URL, says `ready`, and dies as by `kill -9` when it handles the event that is named by DEADLY (`subject:sequence`).

import { createMemoryEventBus } from "../drivers/memory-event-bus.ts";
import { openPostgres } from "../drivers/postgres.ts";
import { openRabbitEventBus } from "../drivers/rabbit-event-bus.ts";
import { systemClock } from "../kernel/clock.ts";
import { consume } from "../outbox/inbox.ts";
import { type Effect, writeEffect } from "../outbox/inbox-fixture.ts";
import { createRelay } from "../outbox/relay.ts";
import type { Tx } from "../ports/database.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { silentLogger } from "./silent-logger.ts";

const { DATABASE_URL = "", RABBITMQ_URL, EXCHANGE = "", QUEUE = "", DEADLY } = process.env;
const log = silentLogger();

const handle = async (event: Effect, tx: Tx): Promise<void> => {
  await writeEffect(event, tx);
  if (`${event.subject}:${event.sequence}` === DEADLY) process.kill(process.pid, "SIGKILL");
};

const openBus = async (): Promise<EventBus> => {
  if (RABBITMQ_URL === undefined) return createMemoryEventBus({ consumers: [QUEUE] });
  const rabbit = await openRabbitEventBus({ url: RABBITMQ_URL, log });
  // The real exchange's name is in the contract: a test goes to one of its own.
  return { ...rabbit, publish: (_exchange, events) => rabbit.publish(EXCHANGE, events) };
};

const database = openPostgres({ name: "mortal", url: DATABASE_URL, log });
const bus = await openBus();
await bus.declare([{ exchange: EXCHANGE, queues: [QUEUE] }]);
const common = { database, bus, clock: systemClock, log };
await consume({ ...common, exchange: EXCHANGE, queue: QUEUE, handlers: { "stock.low": handle } }).start();
const relay = createRelay(common);
// What is there now was left by the process before; what comes after `ready` is this one's.
await relay.drain();
await relay.start();
process.stdout.write("ready\n");
