import type { EventOf } from "../../shared/contracts/events.ts";
import type { BatchHandler, EventHandlers } from "../../shared/outbox/inbox.ts";
import { announceToPersons, type PersonalAnnouncement } from "../usecases/announce.ts";
import { type AnnouncingDeps, afterAnnouncing, announceDeps } from "./announcing.ts";

type IdentityEvent = EventOf<"session.revoked" | "session.new-device" | "user.phone-released">;

/** Of the ends of a session its owner is told of the one that nobody asked for: every other is known to who caused it. */
const ofEnd = ({ id, data }: EventOf<"session.revoked">): PersonalAnnouncement[] => {
  const { reason, userId, sid, device = null } = data;
  if (reason !== "reuse") return [];
  return [{ eventId: id, userId, notice: { template: "session-stolen", sid, device } }];
};

const ofNewDevice = ({ id, time, data }: EventOf<"session.new-device">): PersonalAnnouncement[] => {
  const { userId, sid, device, place, timezone } = data;
  const notice = { template: "new-device", sid, device, place, timezone, at: time } as const;
  return [{ eventId: id, userId, notice }];
};

const ofReleasedPhone = ({ id, data }: EventOf<"user.phone-released">): PersonalAnnouncement[] => [
  { eventId: id, userId: data.userId, notice: { template: "phone-released", userId: data.userId } },
];

/** auth.events: what happened to an account that its owner may know nothing of. */
export const onSessionEvents = (deps: AnnouncingDeps): EventHandlers => {
  const telling = <Event extends IdentityEvent>(
    announcementsOf: (event: Event) => PersonalAnnouncement[],
  ): BatchHandler<Event> => ({
    async batch(events, tx) {
      const news = events.flatMap(announcementsOf);
      return afterAnnouncing(deps, events, await announceToPersons(announceDeps(deps, tx, events))(news));
    },
  });
  return {
    "session.revoked": telling(ofEnd),
    "session.new-device": telling(ofNewDevice),
    "user.phone-released": telling(ofReleasedPhone),
  };
};
