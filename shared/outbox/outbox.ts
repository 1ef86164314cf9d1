import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../contracts/envelope.ts";
import { type EventData, type EventType, eventContracts } from "../contracts/events.ts";
import { type NewId, newId as uuidV7 } from "../kernel/ids.ts";
import type { Tx } from "../ports/database.ts";
import { statement } from "../sql/statement.ts";
import { outbox } from "./schema.ts";

/** The NOTIFY channel that wakes the relay. */
export const OUTBOX_CHANNEL = "outbox";

/** Most events of one call, so that a statement stays small. */
const MAX_EVENTS = 10_000;

interface EventFacts<T extends EventType> {
  readonly type: T;
  /** The aggregate's id. */
  readonly subject: string;
  /** The aggregate's version after the change. */
  readonly sequence: number;
  readonly data: EventData<T>;
  /** The publishing service: `/orders`. */
  readonly source: string;
  readonly time: Date;
  readonly requestId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** What a use case says about an event; the envelope is made of it. */
export type NewEvent = { [T in EventType]: EventFacts<T> }[EventType];

/**
 * Makes the CloudEvents 1.0 envelope. Fails with a ZodError when the data breaks its contract, so that such an
 * error is met before the commit and not by the consumers.
 */
export const envelopeOf = (event: NewEvent, id: string): EventEnvelope => {
  const contract = eventContracts[event.type];
  return {
    specversion: "1.0",
    id,
    type: event.type,
    source: event.source,
    subject: event.subject,
    time: event.time.toISOString(),
    sequence: event.sequence,
    dataschema: `${event.type}/v${contract.version}`,
    datacontenttype: "application/json",
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    ...(event.requestId === undefined ? {} : { requestid: event.requestId }),
    data: contract.data.parse(event.data),
  };
};

interface Appended {
  readonly envelopes: readonly EventEnvelope[];
  readonly exchanges: readonly string[];
}

const insertAndRing = statement<Appended>(({ rows }) => {
  const envelope = rows("envelopes");
  return sql`
    with appended as (
      insert into ${outbox} (id, exchange, event, aggregate)
      select e.id, e.exchange, e.event, e.aggregate
      from unnest(
        ${envelope("uuid", ({ id }) => id)},
        ${rows("exchanges")("text", (exchange) => exchange)},
        ${envelope("jsonb", (each) => JSON.stringify(each))},
        ${envelope("text", ({ subject }) => subject)}
      ) with ordinality as e(id, exchange, event, aggregate, n)
      order by e.n
    )
    select pg_notify(${OUTBOX_CHANNEL}, '')`;
});

/**
 * Appends events to the outbox within the caller's transaction and wakes the relay when that commits. Call it
 * *after* the aggregate's row has been locked or changed in the same transaction: then positions of one aggregate
 * rise in the order of its commits, on which the relay relies.
 */
export const append = async (tx: Tx, events: readonly NewEvent[], newId: NewId = uuidV7): Promise<void> => {
  if (events.length === 0) return;
  if (events.length > MAX_EVENTS) {
    throw new RangeError(`${events.length} events at once: append ${MAX_EVENTS} at most`);
  }
  const envelopes = events.map((event) => envelopeOf(event, newId()));
  const exchanges = events.map(({ type }) => eventContracts[type].exchange);
  await tx.execute(insertAndRing({ envelopes, exchanges }));
};
