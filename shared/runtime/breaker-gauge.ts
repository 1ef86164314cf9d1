import type { Breaker, BreakerState } from "./breaker.ts";
import type { Metrics } from "./metrics.ts";

/** Above nothing: calls are held back. */
const VALUES: Readonly<Record<BreakerState, number>> = { closed: 0, "half-open": 0.5, open: 1 };

/** Shows whether calls from one part to another are held back since too many have failed. */
export const addBreakerGauge = (
  metrics: Metrics,
  { from, to }: { readonly from: string; readonly to: string },
  breaker: Pick<Breaker, "state">,
): void =>
  metrics.gauge(
    "breaker_open",
    "Whether calls to a service are held back since too many have failed: 0 no, 0.5 one is tried, 1 yes",
    { from, to },
    () => VALUES[breaker.state],
  );
