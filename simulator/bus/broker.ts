import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import { topology } from "../../shared/contracts/events.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { EventBus } from "../../shared/ports/event-bus.ts";
import type { Life } from "../world/life.ts";
import type { World } from "../world/world.ts";

/** Handles one event; rejects where it has to come again. */
export type Handle = (event: EventEnvelope) => Promise<void>;

/**
 * A broker that confirms, with a durable queue for each consumer: RabbitMQ as `shared/drivers/rabbit-event-bus.ts` uses it. It
 * doubles, delays, and loses before the confirm; a queue that has several consumers gives its messages to any of them, so that
 * the order of a subject is kept within a process alone.
 */
export interface Broker {
  busOf(life: Life): EventBus;
  /** Takes messages of the queue until the life ends. */
  consume(queue: string, life: Life, handle: Handle): void;
  /** Messages that are not done. */
  readonly waiting: number;
  /** Takes nothing for so long. */
  fail(ms: number): void;
}

const REDELIVERY_MS = 500;
const LATE_MS = 5_000;
const UNANSWERED_MS = 1_000;

interface Consumer {
  readonly life: Life;
  readonly handle: Handle;
}

interface Queue {
  readonly name: string;
  readonly consumers: Consumer[];
  /** What nobody was there to take. */
  readonly kept: EventEnvelope[];
  waiting: number;
}

const createQueue = (name: string): Queue => ({ name, consumers: [], kept: [], waiting: 0 });

/** Brings messages of a queue to whoever consumes it. */
const createDelivery = ({ scheduler, dice, weather }: World) => {
  const delayMs = () => 1 + dice.below(3) + (weather.strikes("delivery-late") ? dice.below(LATE_MS) : 0);

  const hand = (queue: Queue, { life, handle }: Consumer, event: EventEnvelope): void => {
    let isOver = false;
    const forget = life.onEnd(() => again());
    const end = (next: () => void) => {
      if (isOver) return;
      isOver = true;
      forget();
      next();
    };
    const again = () => end(() => scheduler.after(REDELIVERY_MS, () => deliver(queue, event)));
    const done = () =>
      end(() => {
        // The acknowledgement is lost: the message comes again.
        if (weather.strikes("delivery-doubled"))
          scheduler.after(dice.below(LATE_MS), () => deliver(queue, event));
        else queue.waiting -= 1;
      });
    handle(event).then(done, again);
  };
  const deliver = (queue: Queue, event: EventEnvelope): void => {
    const { consumers, kept } = queue;
    const consumer = consumers[dice.below(Math.max(1, consumers.length))];
    if (consumer === undefined) kept.push(event);
    else hand(queue, consumer, event);
  };
  return (queue: Queue, event: EventEnvelope) => scheduler.after(delayMs(), () => deliver(queue, event));
};

export const createBroker = (world: World): Broker => {
  const { scheduler, dice, weather } = world;
  const queues = new Map(topology.flatMap((each) => each.queues.map((name) => [name, createQueue(name)])));
  const queuesOf = new Map(
    topology.map(({ exchange, queues: names }) => [
      exchange as string,
      names.flatMap((name) => queues.get(name) ?? []),
    ]),
  );
  const deliver = createDelivery(world);
  let awayUntilMs = 0;
  const isAway = () => scheduler.nowMs < awayUntilMs;

  const accept = (exchange: string, event: EventEnvelope) => {
    for (const queue of queuesOf.get(exchange) ?? []) {
      // A service that has no part in this world has no queue either.
      if (!consumed.has(queue.name)) continue;
      queue.waiting += 1;
      deliver(queue, event);
    }
  };
  const consumed = new Set<string>();
  const publish = async (life: Life, exchange: string, events: readonly EventEnvelope[]): Promise<void> => {
    for (const event of events) {
      await life.wait(dice.below(2));
      if (isAway() || weather.strikes("publish-lost")) {
        await life.wait(dice.below(UNANSWERED_MS));
        throw unavailable("The broker did not confirm.");
      }
      accept(exchange, event);
      if (!weather.strikes("confirm-lost")) continue;
      await life.wait(dice.below(UNANSWERED_MS));
      throw unavailable("The broker did not confirm.");
    }
    await life.wait(1);
  };
  const refuse = () => Promise.reject(unavailable("This bus only publishes."));
  return {
    busOf: (life) => ({
      declare: refuse,
      publish: (exchange, events) => publish(life, exchange, events),
      subscribe: refuse,
      state: () => ({ connected: !isAway(), blocked: false, consumers: { wanted: 0, active: 0 } }),
      ping: refuse,
      close: refuse,
    }),
    consume(name, life, handle) {
      consumed.add(name);
      const queue = queues.get(name as never);
      if (queue === undefined) throw new RangeError(`${name} is no queue of the topology`);
      const consumer = { life, handle };
      queue.consumers.push(consumer);
      life.onEnd(() => queue.consumers.splice(queue.consumers.indexOf(consumer), 1));
      for (const event of queue.kept.splice(0)) deliver(queue, event);
    },
    get waiting() {
      return queues.values().reduce((sum, queue) => sum + queue.waiting, 0);
    },
    fail(ms) {
      awayUntilMs = scheduler.nowMs + ms;
    },
  };
};
