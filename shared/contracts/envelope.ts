import { z } from "zod";

/** A CloudEvents 1.0 event in its JSON form, as it crosses the event bus. `data` is checked by its own contract. */
export const eventEnvelopeSchema = z.object({
  specversion: z.literal("1.0"),
  /** Unique for ever: the inbox remembers it. */
  id: z.uuid(),
  /** Past tense: `order.confirmed`. */
  type: z.string().min(1).max(100),
  /** The publishing service: `/orders`. */
  source: z.string().min(1).max(100),
  /** The aggregate's id. */
  subject: z.string().min(1).max(200),
  time: z.iso.datetime(),
  /** Version of the aggregate after the change: a consumer ignores what is older than what it has. */
  sequence: z.int().nonnegative(),
  /** Type and version of `data`: `order.confirmed/v1`. */
  dataschema: z.string().min(1).max(120),
  datacontenttype: z.literal("application/json"),
  /** W3C trace context of the change, so that a trace goes on in the consumer. */
  traceparent: z.string().max(100).optional(),
  /** The request that caused it, for the logs. */
  requestid: z.string().max(128).optional(),
  data: z.unknown(),
});

export type EventEnvelope = z.infer<typeof eventEnvelopeSchema>;
