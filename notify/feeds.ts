import { createChangeFeed } from "../shared/runtime/change-feed.ts";
import { createChangeSign } from "../shared/runtime/change-sign.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createAlertFeed } from "./alert-feed.ts";
import { createDeliveryChangeReads } from "./store/delivery-changes.ts";
import type { AnnounceDelivery } from "./usecases/delivery-ports.ts";

/** Pub/Sub channel of deliveries that have changed. A message says nothing but that there is something to look for. */
const NOTIFICATION_CHANNEL = "notifications";

/** What the streams of this instance follow, and how all instances are told that there is something to look for. */
export const createFeeds = ({ database, pubSub, log }: Pick<ServiceDeps, "database" | "pubSub" | "log">) => {
  const changes = createDeliveryChangeReads(database);
  const feed = createChangeFeed({
    what: "notifications",
    changes,
    warn: log.warn.bind(log),
    subscribe: (handlers) => pubSub.subscribe(NOTIFICATION_CHANNEL, handlers),
  });
  const announce: AnnounceDelivery = createChangeSign({
    publish: () => pubSub.publish(NOTIFICATION_CHANNEL, ""),
    onLost(error) {
      feed.look();
      log.debug("the sign that notifications have changed was not handed over", { error });
    },
  });
  return { changes, feed, announce, alerts: createAlertFeed(pubSub, log) };
};
