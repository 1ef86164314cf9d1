import type { EventEnvelope } from "../contracts/envelope.ts";
import type { EventBus, EventSubscriptionOptions } from "../ports/event-bus.ts";
import { waitFor } from "../testing/wait-for.ts";

/** Ways to hurt what a broker's driver relies on. */
export interface EventBusFaults {
  /** Ends the connections; the driver may make new ones at once. */
  cut(): void;
  /** Ends the connections and lets nobody in until `open`. */
  shut(): void;
  /** Keeps the connections and lets nothing through any more, both ways, until `open`: a line that went dead unnoticed. */
  swallow(): void;
  open(): void;
  /** Lets each of the next connections, of which there are many, end a little later in its setting up; resolves when all have ended. */
  crumble(): Promise<void>;
  /** Makes the broker close the channels that `bus` consumes on. */
  breakChannels(): void;
  /** Channels that `bus` has consumed on so far. */
  channelsOpened(): number;
  deleteQueue(queue: string): Promise<void>;
}

export interface EventBusHarness {
  readonly bus: EventBus;
  /** Another instance that is not hurt by the faults. In one process it is the same. */
  readonly other: EventBus;
  readonly exchange: string;
  readonly queues: readonly [string, string];
  readonly faults?: EventBusFaults;
  /** Closes both, and removes the exchange and the queues. */
  close(): Promise<void>;
}

export interface EventBusFeatures {
  /** A broker between the processes keeps what is in the queues. */
  readonly broker: boolean;
}

/** An event for tests; the subject's sequence is the number. */
export const testEvent = (subject: string, sequence: number): EventEnvelope => ({
  specversion: "1.0",
  id: crypto.randomUUID(),
  type: "test.happened",
  source: "/test",
  subject,
  time: "2026-01-01T12:00:00.000Z",
  sequence,
  dataschema: "test.happened/v1",
  datacontenttype: "application/json",
  data: { text: "ünï", sequence },
});

export const label = ({ subject, sequence }: EventEnvelope) => `${subject}:${sequence}`;

/** A subscriber that remembers what it has handled. */
export const listen = async (
  { exchange }: EventBusHarness,
  bus: EventBus,
  queue: string,
  options: Partial<EventSubscriptionOptions> = {},
) => {
  const handled: string[] = [];
  const malformed: string[] = [];
  const subscription = await bus.subscribe({
    exchange,
    queue,
    prefetch: 20,
    handle: async (event) => void handled.push(label(event)),
    handleMalformed: async (raw) => void malformed.push(raw),
    ...options,
  });
  return { handled, malformed, subscription };
};

/** What the relay does: again and again until the bus has it. */
export const publishSurely = (bus: EventBus, exchange: string, events: readonly EventEnvelope[]) =>
  waitFor(
    () =>
      bus.publish(exchange, events).then(
        () => true,
        () => false,
      ),
    { timeoutMs: 15_000, what: "the bus to take the events" },
  );

/** Runs one test with a harness whose queues are declared. */
export type WithBus = (run: (harness: EventBusHarness) => Promise<void>) => Promise<void>;
