import type { DependencyCheck } from "../http/health-routes.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { Consumer } from "./inbox.ts";

/**
 * The event bus as a service's readiness shows it. It is well when every consumer of the service is registered with the broker
 * (an open socket proves nothing) and the broker takes messages; without it the service goes on, and its news waits.
 */
export const eventBusDependency = (
  bus: Pick<EventBus, "ping" | "state">,
  consumers: readonly Pick<Consumer, "active" | "queue">[] = [],
): DependencyCheck => ({
  name: "event-bus",
  required: false,
  details: () => ({
    consumers: `${consumers.filter(({ active }) => active).length} of ${consumers.length}`,
    blocked: bus.state().blocked,
  }),
  async check() {
    const silent = consumers.filter(({ active }) => !active).map(({ queue }) => queue);
    if (silent.length > 0) throw new Error(`not consuming ${silent.join(", ")}`);
    await bus.ping();
  },
});
