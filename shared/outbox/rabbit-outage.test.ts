import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { openRabbitEventBus } from "../drivers/rabbit-event-bus.ts";
import { systemClock } from "../kernel/clock.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { type OwnRabbit, ownRabbit, rabbitScripts } from "../testing/own-rabbit.ts";
import { type SilentLogger, silentLogger } from "../testing/silent-logger.ts";
import { reportSuite } from "../testing/suite-report.ts";
import type { TestDatabase } from "../testing/test-database.ts";
import { waitFor } from "../testing/wait-for.ts";
import { type Consumer, type ConsumerOptions, consume } from "./inbox.ts";
import { eventOf } from "./inbox-fixture.ts";
import { appendNow, EXCHANGE, effects, outboxDatabase, stockLow, unpublished } from "./outbox-fixture.ts";
import { createRelay, type Relay } from "./relay.ts";

// A RabbitMQ is started, and killed and started again.
setDefaultTimeout(120_000);

const TITLE = "a RabbitMQ of our own that is killed, and one that is out of disk";
const QUEUE = "own-rabbit-queue";
const BACK_TIMEOUT_MS = 20_000;
// It costs some ten seconds, and a conformance suite over a proxy says much the same: it runs when it is asked for.
const installed = rabbitScripts();
const scripts = process.env.OWN_RABBITMQ === "on" ? installed : null;
if (scripts !== null) reportSuite({ outcome: "ran", title: TITLE, reason: scripts });
else {
  const reason = installed === null ? "RabbitMQ is not installed here" : "OWN_RABBITMQ is not on";
  reportSuite({ outcome: "skipped", title: TITLE, reason });
}

const handlers: ConsumerOptions["handlers"] = {
  "stock.low": async ({ subject, sequence }, tx) => {
    await tx.execute(sql`insert into effect (subject, sequence) values (${subject}, ${sequence})`);
  },
};

describe.skipIf(scripts === null)(TITLE, () => {
  let broker: OwnRabbit;
  let database: TestDatabase;
  let log: SilentLogger;
  let bus: EventBus;
  let consumer: Consumer;
  let relay: Relay;
  const expected: string[] = [];

  beforeAll(async () => {
    broker = await ownRabbit(scripts ?? "");
    database = await outboxDatabase();
    log = silentLogger();
    bus = await openRabbitEventBus({ url: broker.url, log, confirmTimeoutMs: 500 });
    await bus.declare([{ exchange: EXCHANGE, queues: [QUEUE] }]);
    const common = { database, bus, clock: systemClock, log };
    consumer = consume({ ...common, exchange: EXCHANGE, queue: QUEUE, handlers });
    relay = createRelay({ ...common, pollMs: 50, backoffMs: { min: 20, max: 200 } });
    await consumer.start();
    await relay.start();
  });
  afterAll(async () => {
    await relay.stop();
    await consumer.stop();
    await bus.close();
    await database.close();
    await broker.close();
  });

  const change = async (subject: string, count: number) => {
    for (let i = 0; i < count; i++) {
      await appendNow(database, stockLow(subject, i));
      expected.push(`${subject}:${i}`);
    }
  };
  const converged = async (when: string) => {
    await waitFor(async () => (await effects(database)).length >= expected.length, {
      timeoutMs: BACK_TIMEOUT_MS,
      what: `all effects ${when}`,
    });
    expect((await effects(database)).toSorted()).toEqual(expected.toSorted());
    await waitFor(async () => (await unpublished(database)) === 0, { what: "the outbox to be empty" });
  };
  const saidTimes = (text: string) => log.lines.filter(({ message }) => message.startsWith(text)).length;

  test("an alarm: publishing stops within a bound, is told of once, and goes on when the alarm is over", async () => {
    await change("before", 5);
    await converged("before the alarm");
    await broker.alarm(true);
    await change("alarm", 20);
    await waitFor(() => bus.state().blocked, { timeoutMs: BACK_TIMEOUT_MS, what: "the broker's word" });
    await expect(bus.publish(EXCHANGE, [eventOf("refused", 0)])).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    await expect(bus.ping()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await change("blocked", 20);
    await waitFor(() => saidTimes("Events cannot be published") > 0, { what: "the relay's word" });
    expect(await unpublished(database)).toBeGreaterThanOrEqual(20);
    expect(bus.state()).toMatchObject({ connected: true, consumers: { wanted: 1, active: 1 } });

    await broker.alarm(false);
    await converged("after the alarm");
    expect(bus.state().blocked).toBe(false);
    await bus.ping();
    expect(saidTimes("Events cannot be published")).toBe(1);
    expect(saidTimes("Events are being published again")).toBe(1);
  });

  test("kill -9 of the broker: what was changed meanwhile arrives once it is back, by itself, all and once", async () => {
    await change("killed", 10);
    await broker.kill();
    await waitFor(() => !bus.state().connected && !consumer.active, { what: "the loss to be noticed" });
    await change("away", 20);
    await broker.start();
    await converged("after the restart");
    expect(consumer.active).toBe(true);
    expect(bus.state()).toEqual({ connected: true, blocked: false, consumers: { wanted: 1, active: 1 } });
  });
});
