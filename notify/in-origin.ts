import type { Tracing } from "../shared/ports/tracing.ts";
import { recordWithin } from "../shared/runtime/spans.ts";
import { continueTrace } from "../shared/runtime/trace-context.ts";
import type { ClaimedMessage, Recorded } from "./usecases/delivery-ports.ts";

type Send = (message: ClaimedMessage) => Promise<Recorded>;

/**
 * Sends a message as part of the request that caused it, which may be long over and another instance's: in its trace, and with its id on
 * every log line. A message that says several things belongs to the oldest of them.
 */
export const inOrigin =
  (send: Send, tracing: Tracing): Send =>
  (message) => {
    const { requestId, traceparent } = message.origin ?? {};
    const [first] = message.deliveries;
    const facts = {
      name: `deliver ${first?.notice.template ?? "nothing"}`,
      kind: "consumer" as const,
      attributes: {
        "messaging.system": "telegram",
        "messaging.batch.message_count": message.deliveries.length,
      },
    };
    const context = { requestId, traceparent: continueTrace(traceparent) };
    return recordWithin(tracing, facts, { context, parent: traceparent ?? null }, () => send(message));
  };
