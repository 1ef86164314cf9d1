import type { Clock } from "../shared/kernel/clock.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import type { DeliveryClass } from "./domain/delivery.ts";
import type { SendResult } from "./domain/send-result.ts";
import type { ClaimedMessage } from "./usecases/delivery-ports.ts";

/** What a message is, for who watches: a class of deliveries, or a sign-in code, which is none. */
type SentClass = DeliveryClass | "code";

/** Counts what came of handing one message over that has waited for so long since there was something to tell. */
export type CountSend = (sent: SentClass, result: SendResult, waitedMs: number) => void;

const MS_PER_SECOND = 1_000;
/** Seconds; from what nobody notices to a message that has waited for its chat to be free. */
const WAIT_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 300, 1_800];

/** The same name again is the same metric, so it may be made wherever something is sent. */
export const createSendCount = (metrics: Metrics): CountSend => {
  const counted = metrics.counter("notify_sends_total", "Messages handed to Telegram, by class and outcome", [
    "class",
    "outcome",
  ]);
  const waits = metrics.counter("notify_flood_waits_total", "Sends that Telegram wants later (429)", [
    "class",
  ]);
  const asked = metrics.counter(
    "notify_flood_wait_seconds_total",
    "Seconds that Telegram has asked to wait",
    ["class"],
  );
  const seconds = metrics.histogram(
    "notify_delivery_seconds",
    "From the news, or from auth's call for a code, to Telegram's answer that it is sent",
    { labelNames: ["class"], buckets: WAIT_BUCKETS },
  );
  return (sent, result, waitedMs) => {
    counted({ class: sent, outcome: result.kind });
    if (result.kind === "sent") seconds({ class: sent }, waitedMs / MS_PER_SECOND);
    if (result.kind !== "wait") return;
    waits({ class: sent });
    asked({ class: sent }, result.seconds);
  };
};

/** The same for messages of the queue. */
export const watchSends = (metrics: Metrics, clock: Clock) => {
  const count = createSendCount(metrics);
  return (result: SendResult, { deliveries: [first] }: ClaimedMessage): void => {
    if (first === undefined) return;
    count(first.class, result, Math.max(0, clock.now().getTime() - first.createdAt.getTime()));
  };
};
