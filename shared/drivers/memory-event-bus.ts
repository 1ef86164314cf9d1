import { type EventEnvelope, eventEnvelopeSchema } from "../contracts/envelope.ts";
import { unavailable } from "../kernel/errors.ts";
import type {
  Delivery,
  EventBus,
  EventSubscription,
  EventSubscriptionOptions,
  PublishOptions,
} from "../ports/event-bus.ts";
import { createSlots, createSubjectLanes } from "./subject-lanes.ts";

/** How long `close` of a subscription waits for handlers in flight. */
const CLOSE_WAIT_MS = 20_000;

export interface MemoryEventBusOptions {
  readonly consumers?: readonly string[];
}

interface Subscriber {
  readonly options: EventSubscriptionOptions;
  readonly slots: ReturnType<typeof createSlots>;
  readonly inFlight: Set<Promise<void>>;
}

/** One queue: its subscribers take turns, events of one subject keep their order. */
interface Queue {
  readonly lanes: ReturnType<typeof createSubjectLanes>;
  readonly subscribers: Subscriber[];
  /** A service of this process consumes it: while it has no subscriber it refuses events. */
  used: boolean;
  turns: number;
}

/** An event on its way, as text: subscribers share no objects, and what JSON cannot say gets lost here as over a broker. */
interface Parcel extends Delivery {
  readonly subject: string;
  readonly raw: string;
}

const deliverTo = async ({ options, slots, inFlight }: Subscriber, { raw, again }: Parcel): Promise<void> => {
  const delivery = slots(async () => {
    const parsed = eventEnvelopeSchema.safeParse(JSON.parse(raw));
    if (parsed.success) return options.handle(parsed.data, { again });
    return options.handleMalformed(raw, parsed.error.message);
  });
  inFlight.add(delivery);
  try {
    await delivery;
  } finally {
    inFlight.delete(delivery);
  }
};

const deliver = async (name: string, queue: Queue, parcel: Parcel): Promise<void> => {
  const subscriber = queue.subscribers[queue.turns++ % Math.max(1, queue.subscribers.length)];
  if (subscriber !== undefined) return deliverTo(subscriber, parcel);
  if (queue.used) throw unavailable(`Nobody consumes ${name} just now: its events stay where they are.`);
};

/** Delivers one publish to one queue: after a failure nothing later of the same subject is delivered. */
const createDelivery = (name: string, queue: Queue) => {
  const failed = new Map<string, unknown>();
  return (parcel: Parcel): Promise<void> =>
    queue.lanes.run(parcel.subject, async () => {
      const { subject } = parcel;
      if (failed.has(subject)) throw failed.get(subject);
      try {
        await deliver(name, queue, parcel);
      } catch (error) {
        failed.set(subject, error);
        throw error;
      }
    });
};

const publishTo = async (
  queues: ReadonlyMap<string, Queue>,
  events: readonly EventEnvelope[],
  { again = false, onHandled }: PublishOptions,
) => {
  const toQueues = [...queues].map(([name, queue]) => createDelivery(name, queue));
  const deliveries = events.flatMap((event) => {
    const parcel: Parcel = { subject: event.subject, raw: JSON.stringify(event), again };
    const parts = toQueues.map((toQueue) => toQueue(parcel));
    if (onHandled !== undefined)
      void Promise.all(parts).then(
        () => onHandled(event),
        () => undefined,
      );
    return parts;
  });
  const results = await Promise.allSettled(deliveries);
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length === 0) return;
  throw unavailable(`${failures.length} of ${deliveries.length} deliveries failed`, 1, failures[0]);
};

const subscriptionOf = (queue: Queue, subscriber: Subscriber): EventSubscription => ({
  get active() {
    return queue.subscribers.includes(subscriber);
  },
  async close() {
    const index = queue.subscribers.indexOf(subscriber);
    if (index >= 0) queue.subscribers.splice(index, 1);
    const done = Promise.allSettled([...subscriber.inFlight]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_WAIT_MS);
    });
    await Promise.race([done, tooLong]);
    clearTimeout(timer);
  },
});

/**
 * The bus within one process: `publish` resolves when every subscriber has handled every event, and rejects when a
 * handler did; then the publisher's outbox keeps the events and publishes them again, and the inbox of whoever had
 * handled them removes the duplicates. The queue is the outbox: nothing is kept here.
 *
 * `consumers` names the queues that this process is going to consume. Such a queue, and any that was once consumed, refuses
 * events while it has no subscriber: a relay may start before the consumer does, and stop after it. Any other declared
 * queue (of a service that does not run here) gets nothing, and its events count as delivered.
 */
export const createMemoryEventBus = ({ consumers = [] }: MemoryEventBusOptions = {}): EventBus => {
  const exchanges = new Map<string, Map<string, Queue>>();
  let closed = false;

  const queueOf = (exchange: string, name: string): Queue => {
    const queues = exchanges.getOrInsertComputed(exchange, () => new Map<string, Queue>());
    return queues.getOrInsertComputed(name, () => ({
      lanes: createSubjectLanes(),
      subscribers: [],
      used: consumers.includes(name),
      turns: 0,
    }));
  };
  const refuseIfClosed = () => {
    if (closed) throw unavailable("The event bus is closed.");
  };

  return {
    tellsOfHandled: true,
    async declare(topology) {
      for (const { exchange, queues } of topology) {
        exchanges.getOrInsertComputed(exchange, () => new Map());
        for (const queue of queues) queueOf(exchange, queue);
      }
    },
    async publish(exchange, events, options = {}) {
      refuseIfClosed();
      const queues = exchanges.get(exchange);
      if (queues === undefined) throw unavailable(`The exchange ${exchange} has not been declared.`);
      await publishTo(queues, events, options);
    },
    async subscribe(options) {
      refuseIfClosed();
      const queue = queueOf(options.exchange, options.queue);
      const subscriber = {
        options,
        slots: createSlots(options.prefetch),
        inFlight: new Set<Promise<void>>(),
      };
      queue.subscribers.push(subscriber);
      queue.used = true;
      return subscriptionOf(queue, subscriber);
    },
    state() {
      const queues = [...exchanges.values()].flatMap((known) => [...known.values()]);
      const active = queues.reduce((total, { subscribers }) => total + subscribers.length, 0);
      return { connected: !closed, blocked: false, consumers: { wanted: active, active } };
    },
    async ping() {
      refuseIfClosed();
    },
    async close() {
      closed = true;
      for (const queues of exchanges.values()) {
        for (const queue of queues.values()) queue.subscribers.length = 0;
      }
    },
  };
};
