import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { append, type NewEvent } from "../../shared/outbox/outbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { forgetAfter } from "../domain/session.ts";
import type { AuthEvent, EventLog } from "../usecases/ports.ts";
import { snapshotOf } from "../usecases/snapshot.ts";
import type { StoreContext } from "./store-context.ts";

const SOURCE = "/auth";
/** A session changes once in its life as far as others know: it ends. */
const SESSION_ENDED_VERSION = 1;

const eventOf = (event: AuthEvent, { accessTtlSeconds, currentRequest }: StoreContext): NewEvent => {
  const context = currentRequest();
  const facts = {
    source: SOURCE,
    time: event.at,
    requestId: context?.requestId,
    traceparent: context?.traceparent,
  };
  if (event.type === "session.revoked") {
    const { sessionId: sid, userId, reason, device } = event;
    const ended = { sid, userId, reason, forgetAfter: forgetAfter(event.at, accessTtlSeconds).toISOString() };
    return {
      ...facts,
      type: event.type,
      subject: sid,
      sequence: SESSION_ENDED_VERSION,
      data: device === undefined ? ended : { ...ended, device },
    };
  }
  if (event.type === "user.deleted") {
    const { id, version } = event.user;
    return { ...facts, type: event.type, subject: id, sequence: version, data: { id, version } };
  }
  if (event.type === "user.chat-opened") {
    const { id, version } = event.user;
    const data = { userId: id, telegramUserId: event.telegramUserId };
    return { ...facts, type: event.type, subject: id, sequence: version, data };
  }
  const user: UserSnapshot = snapshotOf(event.user);
  return { ...facts, type: event.type, subject: user.id, sequence: user.version, data: { user } };
};

/** Events of this service, appended to the outbox of the transaction. */
export const createEventLog = (tx: Tx, context: StoreContext): EventLog => ({
  append: (events) =>
    append(
      tx,
      events.map((event) => eventOf(event, context)),
      context.newId,
    ),
});
