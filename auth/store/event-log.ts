import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { append, type NewEvent } from "../../shared/outbox/outbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { forgetAfter } from "../domain/session.ts";
import type { AuthEvent, EventLog } from "../usecases/ports.ts";
import { snapshotOf } from "../usecases/snapshot.ts";
import type { StoreContext } from "./store-context.ts";

const SOURCE = "/auth";
/** A session as far as others know: some are told of when they begin, and all when they end. */
const sessionVersions = { begun: 1, ended: 2 } as const;

const endOf = (
  { sessionId: sid, userId, reason, device, at }: Extract<AuthEvent, { type: "session.revoked" }>,
  accessTtlSeconds: number,
) => {
  const ended = { sid, userId, reason, forgetAfter: forgetAfter(at, accessTtlSeconds).toISOString() };
  return device === undefined ? ended : { ...ended, device };
};

const eventOf = (event: AuthEvent, { accessTtlSeconds, currentRequest }: StoreContext): NewEvent => {
  const context = currentRequest();
  const facts = {
    source: SOURCE,
    time: event.at,
    requestId: context?.requestId,
    traceparent: context?.traceparent,
  };
  switch (event.type) {
    case "session.new-device": {
      const { type, sessionId: sid, userId, device, place, timezone } = event;
      const data = { sid, userId, device, place, timezone };
      return { ...facts, type, subject: sid, sequence: sessionVersions.begun, data };
    }
    case "code.closed": {
      const { type, challengeId, userId, use } = event;
      if (use === null)
        return { ...facts, type, subject: challengeId, sequence: 1, data: { challengeId, userId, use } };
      const { sessionId: sid, ...rest } = use;
      const data = { challengeId, userId, use: { sid, ...rest } };
      return { ...facts, type, subject: challengeId, sequence: 1, data };
    }
    case "session.revoked": {
      const data = endOf(event, accessTtlSeconds);
      return { ...facts, type: event.type, subject: data.sid, sequence: sessionVersions.ended, data };
    }
    case "user.deleted": {
      const { id, version } = event.user;
      return { ...facts, type: event.type, subject: id, sequence: version, data: { id, version } };
    }
    case "user.chat-opened": {
      const { id, version } = event.user;
      const data = { userId: id, telegramUserId: event.telegramUserId };
      return { ...facts, type: event.type, subject: id, sequence: version, data };
    }
    case "user.phone-released": {
      const { id, version } = event.user;
      return { ...facts, type: event.type, subject: id, sequence: version, data: { userId: id } };
    }
    case "user.created":
    case "user.updated": {
      const user: UserSnapshot = snapshotOf(event.user);
      return { ...facts, type: event.type, subject: user.id, sequence: user.version, data: { user } };
    }
    default:
      return event satisfies never;
  }
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
