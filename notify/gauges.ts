import { addParkedGauge } from "../shared/outbox/gauges.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { lanes } from "./domain/lane.ts";
import { oldestDueSeconds } from "./store/lane-ages.ts";
import type { WebhookStanding } from "./telegram/webhook-watch.ts";
import type { Stores } from "./usecases/ports.ts";
import type { UpdateInbox } from "./usecases/update-ports.ts";

type Gauged = Pick<ServiceDeps, "metrics" | "database" | "clock">;

/** States that a person may have to look at; of the others there is no end. */
const watchedStates = ["pending", "sending", "unknown", "failed"] as const;

/** What waits to be sent, and for how long. */
export const addDeliveryGauges = (
  { metrics, database, clock }: Gauged,
  { deliveries }: Pick<Stores, "deliveries">,
): void => {
  for (const state of watchedStates)
    metrics.gauge("notify_deliveries", "Deliveries by state", { state }, () => deliveries.count(state));
  for (const lane of lanes)
    metrics.gauge(
      "notify_queue_age_seconds",
      "How long the first of a lane has been due: its chat and its own pace would allow it",
      { lane },
      () => oldestDueSeconds(database.db, lane, clock.now()),
    );
  addParkedGauge(metrics, "notify", database);
};

/** What has come from Telegram and is not handled yet. */
export const addUpdateGauges = ({ metrics }: Pick<Gauged, "metrics">, inbox: UpdateInbox): void => {
  metrics.gauge("notify_updates_waiting", "Updates that are stored and not handled", {}, async () => {
    return (await inbox.waiting()).count;
  });
  metrics.gauge("notify_updates_age_seconds", "How long the oldest of them has waited", {}, async () => {
    return (await inbox.waiting()).oldestSeconds;
  });
};

/** How the webhook does. Not a number on instances that do not ask. */
export const addWebhookGauges = (
  { metrics }: Pick<Gauged, "metrics">,
  standing: () => WebhookStanding | null,
): void => {
  metrics.gauge("notify_webhook_pending_updates", "Updates that Telegram has not brought yet", {}, () => {
    return standing()?.pendingUpdates ?? Number.NaN;
  });
  const help = "When Telegram failed to bring an update last, in seconds since 1970; 0: never";
  metrics.gauge("notify_webhook_last_error_timestamp_seconds", help, {}, () => {
    return standing()?.lastErrorAt ?? Number.NaN;
  });
};
