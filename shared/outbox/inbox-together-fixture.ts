import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../contracts/envelope.ts";
import type { EventOf } from "../contracts/events.ts";
import type { Tx } from "../ports/database.ts";
import type { BatchHandler, ConsumerOptions, EventHandlers } from "./inbox.ts";
import { type Effect, openInbox } from "./inbox-fixture.ts";
import { envelopeOf } from "./outbox.ts";
import { stockLow } from "./outbox-fixture.ts";

export type StockEvent = EventOf<"stock.low" | "stock.restocked">;

export const restocked = (subject: string, sequence: number): EventEnvelope =>
  envelopeOf(
    {
      ...stockLow(subject, sequence),
      type: "stock.restocked",
      data: { sku: subject, available: 9, version: sequence },
    },
    crypto.randomUUID(),
  );

/** One statement, however many the events are. */
const writeEffects = async (events: readonly Effect[], tx: Tx): Promise<void> => {
  await tx.execute(sql`
    insert into effect (subject, sequence)
    select * from unnest(${sql.param(events.map(({ subject }) => subject))}::text[],
      ${sql.param(events.map(({ sequence }) => sequence))}::int[])`);
};

export const nameOf = ({ subject, sequence }: Effect) => `${subject}:${sequence}`;

export interface TogetherOptions extends Partial<Omit<ConsumerOptions, "handlers">> {
  /** What the batch handler does after its effects; it may fail. */
  readonly during?: (events: readonly StockEvent[], tx: Tx) => Promise<unknown>;
  /** The types that share the batch handler. */
  readonly types?: readonly StockEvent["type"][];
  /** Other handlers beside it. */
  readonly handlers?: EventHandlers;
}

/** An inbox whose batch handler writes effects and remembers what it was called with. Close the database at the end. */
export const openTogether = async ({
  during = async () => undefined,
  types = ["stock.low", "stock.restocked"],
  handlers = {},
  ...options
}: TogetherOptions = {}) => {
  const calls: string[][] = [];
  const after: string[][] = [];
  const handler: BatchHandler<StockEvent> = {
    async batch(events, tx) {
      const names = events.map(nameOf);
      calls.push(names);
      await writeEffects(events, tx);
      await during(events, tx);
      return () => void after.push(names);
    },
  };
  const shared = Object.fromEntries(types.map((type) => [type, handler]));
  const opened = await openInbox({ ...options, handlers: { ...shared, ...handlers } });
  return { ...opened, calls, after };
};

export const has = (events: readonly StockEvent[], name: string) =>
  events.some((event) => nameOf(event) === name);
