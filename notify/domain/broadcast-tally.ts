import { BOT_BLOCKED, type DeliveryState } from "./delivery.ts";
import { classifyFailure } from "./send-result.ts";

/** How it ended, or not yet, for those whom a broadcast is for. */
export const broadcastOutcomes = [
  "pending",
  "sent",
  "blocked",
  "unknown",
  "failed",
  "suppressed",
  "expired",
] as const;
export type BroadcastOutcome = (typeof broadcastOutcomes)[number];

/** People by how it ended for them. */
export type Tally = Readonly<Record<BroadcastOutcome, number>>;

export const emptyTally: Tally = {
  pending: 0,
  sent: 0,
  blocked: 0,
  unknown: 0,
  failed: 0,
  suppressed: 0,
  expired: 0,
};

/** So many deliveries that are in the same state for the same reason. */
export interface DeliveryGroup {
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly count: number;
}

/** True where Telegram's words say that the person cannot be written to: blocked the bot, or gone. */
const isUnreachable = (description: string): boolean => {
  const status = description.startsWith("Forbidden") ? 403 : 400;
  return (
    classifyFailure({ kind: "answer", status, description, retryAfterSeconds: null }).kind === "unreachable"
  );
};

/** What the state of a delivery, and why it is in it, count as. */
export const broadcastOutcomeOf = (state: DeliveryState, reason: string | null): BroadcastOutcome => {
  switch (state) {
    case "pending":
    case "sending":
      return "pending";
    case "failed":
      return reason !== null && isUnreachable(reason) ? "blocked" : "failed";
    case "suppressed":
      return reason === BOT_BLOCKED ? "blocked" : "suppressed";
    case "sent":
    case "unknown":
    case "expired":
      return state;
    default:
      return state satisfies never;
  }
};

/** The tally with so many more of an outcome. */
export const withMore = (tally: Tally, outcome: BroadcastOutcome, count: number): Tally => ({
  ...tally,
  [outcome]: tally[outcome] + count,
});

/** The tally with these deliveries. */
export const withDeliveries = (tally: Tally, groups: readonly DeliveryGroup[]): Tally =>
  groups.reduce(
    (sum, { state, reason, count }) => withMore(sum, broadcastOutcomeOf(state, reason), count),
    tally,
  );

const MS_PER_SECOND = 1_000;

/** Seconds until the last is sent if the bot sends nothing else; `everyMs` 0, no pace, tells nothing. */
export const secondsLeft = ({ pending }: Tally, everyMs: number): number | null =>
  everyMs === 0 ? null : Math.ceil((pending * everyMs) / MS_PER_SECOND);
