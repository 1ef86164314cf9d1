import { expect, test } from "bun:test";
import { healthRoutes } from "../http/health-routes.ts";
import type { EventBusState } from "../ports/event-bus.ts";
import { eventBusDependency } from "./readiness.ts";

/** What `/ready` answers with a bus in such a state and consumers of which these run. */
const readyWith = async (state: Partial<EventBusState>, active: readonly boolean[]) => {
  const whole: EventBusState = {
    connected: true,
    blocked: false,
    consumers: { wanted: active.length, active: active.filter(Boolean).length },
    ...state,
  };
  const bus = {
    state: () => whole,
    async ping() {
      if (!whole.connected || whole.blocked) throw new Error("not well");
    },
  };
  const consumers = active.map((isActive, i) => ({ queue: `queue-${i}`, active: isActive }));
  const app = healthRoutes("orders", [eventBusDependency(bus, consumers)]);
  const response = await app.handle(new Request("http://orders/ready"));
  expect(response.status).toBe(200);
  const { dependencies } = (await response.json()) as { dependencies: object[] };
  return dependencies[0];
};

test("a bus is well when it takes messages and every consumer of the service runs", async () => {
  expect(await readyWith({}, [true, true])).toMatchObject({
    name: "event-bus",
    state: "up",
    required: false,
    details: { consumers: "2 of 2", blocked: false },
  });
});

test("an open connection proves nothing: a consumer that is not registered shows", async () => {
  expect(await readyWith({}, [true, false])).toMatchObject({
    state: "down",
    details: { consumers: "1 of 2", blocked: false },
  });
});

test("a broker that takes no messages shows, though everything is consumed, and the service stays ready", async () => {
  expect(await readyWith({ blocked: true }, [true])).toMatchObject({
    state: "down",
    details: { consumers: "1 of 1", blocked: true },
  });
});
