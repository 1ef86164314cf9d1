import { currentRequest } from "../runtime/request-context.ts";
import { append } from "./outbox.ts";
import type { OnParked } from "./parking.ts";

/** The event by which a service tells that it has parked a message; its first word is the service. */
type MessageParkedType = "catalog.message-parked" | "orders.message-parked";

/** Tells of every parked message by an event through the outbox of the service. */
export const tellOfParked =
  (type: MessageParkedType): OnParked =>
  (tx, { id, queue, type: parkedType, parkedAt }) =>
    append(tx, [
      {
        type,
        subject: id,
        sequence: 1,
        source: `/${type.split(".")[0]}`,
        time: parkedAt,
        requestId: currentRequest()?.requestId,
        traceparent: currentRequest()?.traceparent,
        data: { id, queue, type: parkedType },
      },
    ]);
