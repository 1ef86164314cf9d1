import type { EventOf } from "../../shared/contracts/events.ts";
import type { BatchHandler, EventHandlers } from "../../shared/outbox/inbox.ts";
import { announceToPersons, type PersonalAnnouncement } from "../usecases/announce.ts";
import { type AnnouncingDeps, afterAnnouncing, announceDeps } from "./announcing.ts";

/** Of the ends of a session its owner is told of the one that nobody asked for: every other is known to who caused it. */
const announcementOf = ({ id, data }: EventOf<"session.revoked">): PersonalAnnouncement[] => {
  const { reason, userId, sid, device = null } = data;
  if (reason !== "reuse") return [];
  return [{ eventId: id, userId, notice: { template: "session-stolen", sid, device } }];
};

/** auth.events: a session that was ended because its refresh token may have been stolen. */
export const onSessionEvents = (deps: AnnouncingDeps): EventHandlers => {
  const announce: BatchHandler<EventOf<"session.revoked">> = {
    async batch(events, tx) {
      const news = events.flatMap(announcementOf);
      return afterAnnouncing(deps, events, await announceToPersons(announceDeps(deps, tx))(news));
    },
  };
  return { "session.revoked": announce };
};
